"""A real worker process on loopback sockets, and the little control process a test needs."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sm_dns.lists.index_writer import write_index
from sm_dns.policy.snapshot import NAMES_FILE, write
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.worker_settings import RESOLVER_FILE, WorkerSettings
from sm_dns.util.typed_json import to_json
from tests.support.desk import DOCUMENT, JKDM, listed_rows
from tests.support.processes import one_port

PATIENCE = 60.0  # seconds a slow and busy machine may take
WORKER = ("-m", "sm_dns.serve.worker")


# As a site has it that has set nothing, but for upstreams and a small cache.
PLAIN = WorkerSettings(
    upstreams=(),
    routes={},
    wishes=None,
    strategy="fastest",
    local=(),
    cache_bytes=1 << 20,
    udp_size=1232,
    limits=(500.0, 2_000.0, 32, False),
    network_limits=(),
    connections=512,
    trusted_forwarders=(),
    protects_from_rebinding=False,
    private_names=frozenset(),
    lifetimes=None,
    identity="",
    forwards_single_labels=False,
    tls=None,
    monitored=True,
    structured=None,
    citation=JKDM,
)


def write_generation(
    directory: Path,
    number: int,
    upstreams: list[tuple[str, int]],
    settings: dict[str, Any] | None = None,
    **changes: Any,
) -> Path:
    """A generation of the office's policy: `changes` to the policy, `settings` of the worker."""
    place = directory / str(number)
    place.mkdir()
    # Always open: what a worker says must not depend on the hour at which it is tested.
    open_hours = {"weekend": ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]}
    document = {
        **DOCUMENT,
        "schedules": {"default": open_hours, "later": open_hours},
        "generation": number,
        **changes,
    }
    write_index(place / NAMES_FILE, listed_rows())
    write(place, document)
    plain = {**to_json(PLAIN), "upstreams": [list(UpstreamAddress(*upstream)) for upstream in upstreams]}
    (place / RESOLVER_FILE).write_text(json.dumps({**plain, **(settings or {})}))
    return place


class RunningWorker:
    """The process, its address, and the control channel."""

    def __init__(
        self,
        generation: Path,
        address: str,
        *,
        encrypted: bool = False,
        program: Sequence[str] = WORKER,
        log: Path | None = None,
        begins: bool = True,
    ) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        udp, tcp = one_port(address)
        self.port = int(udp.getsockname()[1])
        secure = [socket.create_server((address, 0), family=family) for _ in range(2 if encrypted else 0)]
        self.secure_ports = [int(sock.getsockname()[1]) for sock in secure]  # DoT, DoH
        self.channel, theirs = socket.socketpair()
        self.channel.settimeout(PATIENCE)
        self._giving, taking = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        start = {
            "rehearsal": 0.0,
            "generation": str(generation),
            "switches": str(generation.parent / "switches.json"),
            "udp": [udp.fileno()],
            "tcp": [tcp.fileno()],
            "dot": [sock.fileno() for sock in secure[:1]],
            "doh": [sock.fileno() for sock in secure[1:]],
            "control": theirs.fileno(),
            "handover": taking.fileno(),
        }
        with ExitStack() as stack:
            self.process = subprocess.Popen(
                [sys.executable, *program, json.dumps(start)],
                pass_fds=[sock.fileno() for sock in (udp, tcp, theirs, taking, *secure)],
                stderr=None if log is None else stack.enter_context(log.open("ab")),
            )
        for sock in (udp, tcp, theirs, taking, *secure):
            sock.close()
        self._lines = self.channel.makefile("r")
        self.greeting = self._hear()
        if begins:
            assert self.say("begin") == {"event": "begun"}

    def say(self, command: str, **more: Any) -> dict[str, Any]:
        """A command and its answer."""
        return self.say_line(json.dumps({"command": command, **more}).encode())

    def say_line(self, line: bytes) -> dict[str, Any]:
        """A line, whatever it is, and its answer."""
        self.channel.sendall(line + b"\n")
        return self._hear()

    def load(self, generation: Path) -> dict[str, Any]:
        return self.say("load", generation=str(generation))

    def listen(self, **further: socket.socket) -> dict[str, Any]:
        """Give it further sockets by what is spoken on them."""
        socket.send_fds(self._giving, [b"\0"], [sock.fileno() for sock in further.values()])
        return self.say("listen", spoken=list(further))

    def stats(self) -> dict[str, Any]:
        return dict(self.say("stats")["stats"])

    def hang_up(self) -> None:
        """The control process is gone."""
        self._lines.close()
        self.channel.close()
        self._giving.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)
        self.hang_up()

    def _hear(self) -> dict[str, Any]:
        line = self._lines.readline()
        assert line, "the worker has closed the channel"
        return dict(json.loads(line))


@contextmanager
def running_worker(
    generation: Path,
    address: str = "127.0.0.1",
    *,
    encrypted: bool = False,
    program: Sequence[str] = WORKER,
    log: Path | None = None,
    begins: bool = True,
) -> Iterator[RunningWorker]:
    """A worker for the length of a block, with DoT and DoH where it is `encrypted`.

    `program` is what Python runs, `log` takes what it says on standard error. One that does not begin is told
    nothing of that: it shall not answer yet.
    """
    worker = RunningWorker(generation, address, encrypted=encrypted, program=program, log=log, begins=begins)
    try:
        yield worker
    finally:
        worker.stop()
