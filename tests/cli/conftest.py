"""A small office for the commands: its own folder, configuration and calendar, and the shipped lists."""

from __future__ import annotations

import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sm_dns.cli.main import cli
from sm_dns.ipc import socket_paths
from sm_dns.state import audit
from sm_dns.state.chain import Record

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIG = """\
upstreams: [192.0.2.1]
schedules:
  default: {timezone: Asia/Kuala_Lumpur, effective_from: 2026-01-01T00:00}
  literal: {no_after_hours_weekdays: [FRI], weekend_mode: closed, holiday_mode: ignore}
groups:
  - {name: hq, clients: [10.0.0.0/8]}
  - {name: lab, clients: [10.9.0.0/16], mode: monitor, schedule: literal}
calendars:
  putrajaya: {country: MY, subdivision: PJY, schedules: [default]}
"""


@dataclass
class Office:
    """Runs commands on one configuration."""

    config: Path

    def run(self, *arguments: str, exit_code: int = 0) -> Result:
        """Run `sm-dns ARGUMENTS --config FILE` and hold its exit code."""
        result = CliRunner().invoke(cli, [*arguments, "--config", str(self.config)])
        assert result.exit_code == exit_code, result.output
        return result

    def json(self, *arguments: str, exit_code: int = 0) -> list[dict[str, Any]]:
        """The objects that a command prints with `--json`."""
        lines = self.run(*arguments, "--json", exit_code=exit_code).stdout.splitlines()
        return [json.loads(line) for line in lines]

    @property
    def state(self) -> Path:
        return self.config.parent / "var"

    @property
    def zones(self) -> Path:
        return self.config.parent / "zones"

    def audited(self) -> list[Record]:
        """What the audit holds; it is always unbroken. The state here is laid out by tests, without a record."""
        path = self.state / "audit.jsonl"
        assert not path.exists() or audit.verify(path).ok
        return list(audit.read(path))

    @contextmanager
    def server(self, answer: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
        """A server on this state directory that gives one answer; yields what it was asked."""
        asked: list[dict[str, Any]] = []
        self.state.mkdir(exist_ok=True)
        (self.state / socket_paths.SOCKET).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            with socket_paths.reachable(self.state / socket_paths.SOCKET) as address:
                listener.bind(address)
            listener.listen()

            def serve() -> None:
                connection, _ = listener.accept()
                with connection:
                    asked.append(json.loads(connection.recv(65536)))
                    connection.sendall(json.dumps(answer).encode() + b"\n")

            thread = threading.Thread(target=serve)
            thread.start()
            yield asked
            thread.join()


@pytest.fixture
def office(tmp_path: Path) -> Office:
    config = tmp_path / "sm-dns.yaml"
    config.write_text(CONFIG)
    shutil.copytree(REPOSITORY / "config" / "calendar", tmp_path / "calendar")
    return Office(config)
