"""Real resolvers of others, each at an address of its own, configured by what `sm-dns feeds config` writes."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from tests.support.dig import Told, dig
from tests.support.processes import STEP_SECONDS, Process

START_SECONDS = 30.0


class Engine:
    """One resolver. `folder` holds what was written for it; `upstream` is the port of who knows the internet."""

    def __init__(self, name: str, address: str, port: int, folder: Path, upstream: int) -> None:
        self.name = name
        self.address = address
        self.port = port
        self._folder = folder
        self._upstream = upstream
        self._process: Process | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        process = self._process = Process(_COMMANDS[self.name](self), self._folder / "engine")
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert not process.has_ended and time.monotonic() < deadline, process.err
            time.sleep(STEP_SECONDS)

    def start_without_asking(self) -> None:
        """Start one that resolves nothing."""
        self._process = Process(_COMMANDS[self.name](self), self._folder / "engine")

    def _answers(self) -> bool:
        try:
            return self.dig("portal.corp", "A", "+time=1").status == "NOERROR"
        except AssertionError:
            return False

    def dig(self, name: str, qtype: str = "A", *options: str) -> Told:
        """Ask it."""
        return dig(self.address, self.port, name, qtype, *options)

    def data(self, name: str) -> list[str]:
        """The addresses that it tells; none where it does not answer, as while it loads a long list."""
        try:
            return self.dig(name).data
        except AssertionError:
            return []

    def stop(self) -> None:
        """End it; harmless when it does not run."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    @property
    def said(self) -> str:
        """What it wrote while it ran."""
        return "" if self._process is None else self._process.err

    def bind(self) -> list[str]:
        path = self._folder / "named.conf"
        path.write_text(f"""\
options {{
    directory "{self._folder}";
    pid-file none;
    session-keyfile none;
    managed-keys-directory "{self._folder}";
    listen-on port {self.port} {{ {self.address}; }};
    listen-on-v6 {{ none; }};
    transfer-source {self.address};
    query-source address {self.address};
    recursion yes;
    dnssec-validation no;
    forwarders {{ 127.0.0.1 port {self._upstream}; }};
    forward only;
    include "{self._folder}/smdns-options.conf";
}};
controls {{ }};
include "{self._folder}/smdns-zones.conf";
""")
        return [_found("named"), "-g", "-c", str(path)]

    def unbound(self) -> list[str]:
        path = self._folder / "unbound.conf"
        path.write_text(f"""\
server:
    interface: {self.address}@{self.port}
    outgoing-interface: {self.address}
    so-reuseport: no
    do-daemonize: no
    chroot: ""
    username: ""
    directory: "{self._folder}"
    pidfile: ""
    use-syslog: no
    num-threads: 1
    do-not-query-localhost: no
    access-control: 127.0.0.0/8 allow
    verbosity: 2
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{self._upstream}
include: "{self._folder}/smdns.conf"
""")
        return [_found("unbound"), "-d", "-c", str(path)]

    def powerdns(self) -> list[str]:
        path = self._folder / "recursor.conf"
        path.write_text(f"""\
local-address={self.address}
local-port={self.port}
query-local-address={self.address}
forward-zones-recurse=.=127.0.0.1:{self._upstream}
dont-query=
socket-dir={self._folder}
threads=1
dnssec=off
security-poll-suffix=
include-dir={self._folder}/recursor.d
""")
        extra = self._folder / "recursor.d"
        extra.mkdir(exist_ok=True)
        shutil.copy(self._folder / "smdns.conf", extra)
        return [_found("pdns_recursor"), f"--config-dir={self._folder}", "--daemon=no"]

    def knot(self) -> list[str]:
        path = self._folder / "knot.conf"
        path.write_text(f"""\
server:
    rundir: "{self._folder}"
    listen: {self.address}@{self.port}
log:
  - target: stderr
    any: info
database:
    storage: "{self._folder}"
include: {self._folder}/smdns.conf
""")
        return [_found("knotd"), "-c", str(path)]


_COMMANDS = {
    "bind": Engine.bind,
    "unbound": Engine.unbound,
    "powerdns": Engine.powerdns,
    "knot": Engine.knot,
}


def _found(program: str) -> str:
    path = shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin")
    assert path is not None, program
    return path
