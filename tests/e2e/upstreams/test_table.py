"""The same questions over every hostile upstream to sm-dns, unbound and dnsmasq: ours is never the worse.

Each server forwards each behaviour's names to that behaviour. A client waits 5 seconds for each answer, as most do,
and asks `QUESTIONS` names. The table is printed with `pytest -s`.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import dns.message
import pytest

from tests.conftest import require
from tests.e2e.upstreams.hostile import BEHAVIOURS, ZONE, Behaviour, Upstreams, hostile_upstreams
from tests.support.dig import dig
from tests.support.processes import Process, eventually, free_port
from tests.support.server import House

QUESTIONS = 6
CLIENT_SECONDS = 5.0  # as glibc, dig and most others wait
RIGHT, FAILED, SILENT = 2, 1, 0

BY_DESIGN = {
    "long-chain": "at most 10 aliases of one answer are read (T5 of docs/security.md), as by unbound",
}
"""Where another server does more for its clients, and why ours does not."""

UNBOUND = """\
server:
  port: {port}
  interface: 127.0.0.1
  do-daemonize: no
  chroot: ""
  username: ""
  directory: "{directory}"
  pidfile: ""
  use-syslog: no
  do-not-query-localhost: no
  module-config: "iterator"
  access-control: 127.0.0.0/8 allow
"""


class Outcome(NamedTuple):
    """What a client got for its questions: the sum of their worth, and the seconds of the slowest."""

    worth: int
    seconds: float


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstreams]:
    with hostile_upstreams() as made:
        yield made


@pytest.fixture(scope="module")
def servers(upstreams: Upstreams, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, int]]:
    """The port of each server by its name."""
    require("unbound", "dnsmasq", "dig")
    directory = tmp_path_factory.mktemp("servers")
    processes = [_unbound(directory, upstreams), _dnsmasq(directory, upstreams)]
    house = House(directory, ["127.0.0.1:9"])
    house.write(f"routes: {json.dumps(upstreams.routes())}")
    try:
        house.start()
        ports = {"sm-dns": house.port, **{name: port for name, port, _ in processes}}
        for name, port in ports.items():
            eventually(lambda port=port: _asked(port, f"up.right.{ZONE}", Behaviour()).worth, name)  # type: ignore[misc]
        yield ports
    finally:
        house.close()
        for _, _, process in processes:
            process.stop()


def _unbound(directory: Path, upstreams: Upstreams) -> tuple[str, int, Process]:
    port = free_port()
    text = UNBOUND.format(port=port, directory=directory)
    for name, theirs in upstreams.ports.items():
        text += f'forward-zone:\n  name: "{name}.{ZONE}"\n  forward-addr: 127.0.0.1@{theirs}\n'
    (directory / "unbound.conf").write_text(text)
    command = ("unbound", "-d", "-c", str(directory / "unbound.conf"))
    return "unbound", port, Process(command, directory / "unbound")


def _dnsmasq(directory: Path, upstreams: Upstreams) -> tuple[str, int, Process]:
    port = free_port()
    words = ["--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--user=root"]
    words += [f"--port={port}", "--listen-address=127.0.0.1", "--bind-interfaces"]
    words += [f"--server=/{name}.{ZONE}/127.0.0.1#{theirs}" for name, theirs in upstreams.ports.items()]
    return "dnsmasq", port, Process(("dnsmasq", *words), directory / "dnsmasq")


def _asked(port: int, name: str, behaviour: Behaviour) -> Outcome:
    """One question and what it was worth."""
    query = dns.message.make_query(name, "A", use_edns=0)
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(CLIENT_SECONDS)
        try:
            sock.send(query.to_wire())
            reply = dns.message.from_wire(sock.recv(4096), raise_on_truncation=False)
        except OSError:  # a TimeoutError too
            return Outcome(SILENT, CLIENT_SECONDS)
    worth = RIGHT if behaviour.is_right(reply) else FAILED
    return Outcome(worth, time.monotonic() - began)


def _all_asked(port: int, kind: str, label: str = "n") -> Outcome:
    behaviour = BEHAVIOURS[kind]()
    found = [_asked(port, f"{label}{number}.{kind}.{ZONE}", behaviour) for number in range(QUESTIONS)]
    return Outcome(sum(one.worth for one in found), max(one.seconds for one in found))


@pytest.fixture(scope="module")
def table(servers: dict[str, int]) -> dict[str, dict[str, Outcome]]:
    """What each server's clients got, by behaviour; all are asked at once, for most wait."""
    with ThreadPoolExecutor(len(servers) * len(BEHAVIOURS)) as pool:
        futures = {
            (kind, server): pool.submit(_all_asked, port, kind)
            for kind in BEHAVIOURS
            for server, port in servers.items()
        }
    return {kind: {server: futures[kind, server].result() for server in servers} for kind in BEHAVIOURS}


def test_the_table(table: dict[str, dict[str, Outcome]]) -> None:
    """For a person: what each upstream leads to."""
    for kind, outcomes in table.items():
        cells = (f"{one.worth:3}/{2 * QUESTIONS} {one.seconds:5.2f} s" for one in outcomes.values())
        print(f"{kind:28}", *cells)
    assert table["right"]["sm-dns"].worth == RIGHT * QUESTIONS


@pytest.mark.parametrize("kind", [kind for kind in BEHAVIOURS if kind not in BY_DESIGN])
def test_ours_is_never_worse_than_the_better_of_the_two(
    table: dict[str, dict[str, Outcome]], servers: dict[str, int], kind: str
) -> None:
    """All at once they take the time from each other: who was worse there is asked again, one after the other."""
    outcomes = table[kind]
    if _is_worse(outcomes):
        outcomes = {server: _all_asked(port, kind, "again") for server, port in servers.items()}
    assert not _is_worse(outcomes), (table[kind], outcomes)


def _is_worse(outcomes: dict[str, Outcome]) -> bool:
    ours, *others = outcomes.values()
    return ours.worth < max(one.worth for one in others)


@pytest.mark.parametrize(
    "kind", ["long-chain", "loop", "servfail", "bare-servfail", "truncated-without-tcp", "silent"]
)
def test_what_fails_says_why(servers: dict[str, int], kind: str) -> None:
    told = dig("127.0.0.1", servers["sm-dns"], f"why.{kind}.{ZONE}")
    assert told.status == "SERVFAIL"
    assert set(told.ede) & {0, 22, 23}


@pytest.mark.parametrize("kind", BEHAVIOURS)
def test_nobody_is_left_in_silence(table: dict[str, dict[str, Outcome]], kind: str) -> None:
    assert table[kind]["sm-dns"].worth >= FAILED * QUESTIONS, table[kind]
