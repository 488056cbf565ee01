"""`sm-dns serve` as an administrator runs it, in a house of its own: folder, configuration, state."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sm_dns.ipc import client
from sm_dns.ipc.requests import Reload, TellStatus
from sm_dns.ipc.status_json import status_json
from sm_dns.state import audit
from sm_dns.util.typed_json import to_json
from tests.support.dig import Told, dig
from tests.support.processes import PYTHON, REPOSITORY, STEP_SECONDS, Process, end, free_port

START_SECONDS = 60.0
COMMAND_SECONDS = 60
COMMAND = (PYTHON, "-m", "sm_dns.cli.main")
QUICK = (PYTHON, "-m", "tests.support.quick")  # the same, but it counts every moment


class House:
    """One configuration and the server on it. Ports and folders are its own; `close` leaves no process."""

    def __init__(
        self,
        directory: Path,
        upstreams: Sequence[str | Mapping[str, object]],
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._command = command
        self.directory = directory
        self.config = directory / "sm-dns.yaml"
        self.port = free_port()
        self.upstreams = list(upstreams)
        self.server: Process | None = None
        self._processes: list[Process] = []
        self._workers: set[int] = set()
        self.write()

    @property
    def state(self) -> Path:
        return self.directory / "var"

    @property
    def zones(self) -> Path:
        return self.directory / "zones"

    def write(
        self,
        *more: str,
        listen: Sequence[str] = (),
        schedule: str = "{}",
        clients: Sequence[str] = ("127.0.0.0/8", "::1/128"),
    ) -> None:
        """Write the configuration: the four keys that a site must give, and further lines of YAML."""
        where = list(listen) or [f"127.0.0.1:{self.port}", f"[::1]:{self.port}"]
        lines = [
            f"listen: {json.dumps(where)}",
            f"upstreams: {json.dumps(self.upstreams)}",
            f"schedules: {{default: {schedule}}}",
            f"groups: [{{name: office, clients: {json.dumps(list(clients))}}}]",
            *more,
        ]
        # Replaced whole, as editors do: the server may be reading.
        draft = self.directory / ".draft"
        draft.write_text("\n".join(lines) + "\n")
        draft.replace(self.config)

    def copy_shipped(self) -> None:
        """Take the shipped configuration with its calendars instead, moved to this house's ports and upstreams."""
        shipped = REPOSITORY / "config"
        shutil.copytree(shipped / "calendar", self.directory / "calendar", dirs_exist_ok=True)
        text = (shipped / "sm-dns.yaml").read_text()
        for old, new in (
            (":5335", f":{self.port}"),
            ("upstreams: [system]", f"upstreams: {json.dumps(self.upstreams)}"),
            ("state_dir: ../var", "state_dir: var"),
        ):
            assert old in text
            text = text.replace(old, new)
        self.config.write_text(text)

    def spawn(
        self,
        *arguments: str,
        config: Path | None = None,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Process:
        """Start `sm-dns serve` and do not wait for it."""
        command = (*prefix, *self._command, "serve", "--config", str(config or self.config), *arguments)
        process = Process(command, self.directory / f"serve-{len(self._processes)}", environment)
        self._processes.append(process)
        return process

    def start(
        self,
        *arguments: str,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> Process:
        """Start `sm-dns serve` and wait for its line `ready`."""
        server = self.server = self.spawn(*arguments, prefix=prefix, environment=environment)
        deadline = time.monotonic() + START_SECONDS
        while not server.out.startswith("ready"):
            assert not server.has_ended and time.monotonic() < deadline, server.err
            time.sleep(STEP_SECONDS)
        return server

    def stop(self) -> int:
        """Stop the server as the service manager does; its exit code."""
        assert self.server is not None
        return self.server.stop(signal.SIGTERM)

    def close(self) -> None:
        """End everything that was started here, workers that lost their control process too."""
        for process in self._processes:
            process.stop()
        for pid in self._workers:
            end(pid)

    def dig(self, name: str, qtype: str = "A", *options: str, address: str = "127.0.0.1") -> Told:
        """Ask the server."""
        return dig(address, self.port, name, qtype, *options)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on this configuration."""
        command = (*COMMAND, *arguments, "--config", str(self.config))
        return subprocess.run(
            command, cwd=REPOSITORY, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that a command prints with `--json`; it must go well."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def status(self) -> dict[str, Any]:
        """What `sm-dns status --json` prints of what the server tells."""
        found = client.ask(self.state, TellStatus(), timeout=COMMAND_SECONDS)
        assert found is not None, "no server is running"
        return {"ok": True, **status_json(found)}

    def reload(self) -> dict[str, Any]:
        """What `sm-dns reload --json` prints of what the server tells."""
        try:
            found = client.ask(self.state, Reload(accept_removed=False), timeout=COMMAND_SECONDS)
        except client.Refused as refused:
            return {"ok": False, "error": str(refused)}
        assert found is not None, "no server is running"
        return {"ok": True, **to_json(found)}

    def late_answers(self) -> int:
        """How many answers the workers could not send over UDP."""
        return sum(worker["undelivered"] for worker in self.status()["workers"])

    def audited(self, action: str) -> list[str]:
        """The actions in the audit that start so."""
        lines = audit.read(self.state / audit.FILE)
        return [line.action for line in lines if line.action.startswith(action)]

    def worker_pids(self) -> list[int]:
        """The pids of the workers now; they are ended with the house."""
        pids = [worker["pid"] for worker in self.status()["workers"]]
        self._workers.update(pids)
        return pids
