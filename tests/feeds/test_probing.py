"""A resolver played on loopback, which answers by an edge after a while, or never."""

from __future__ import annotations

import asyncio
import socket
import time
from pathlib import Path
from threading import Thread

import pytest

from sm_dns.feeds import probing, resolver_flips
from sm_dns.feeds.engines.ready import Place
from sm_dns.feeds.probing import Prober
from sm_dns.feeds.zones.gate import GateState

CLOSED = GateState(False, (), (), None)
OPEN = GateState(True, (), (), None)


def play(opens_at: float) -> tuple[socket.socket, Thread]:
    """Answers with one record until an instant, then with none."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def run() -> None:
        while True:
            try:
                data, asker = sock.recvfrom(512)
            except OSError:
                return
            answers = 0 if time.time() >= opens_at else 1
            sock.sendto(data[:2] + b"\x81\x80\0\1" + answers.to_bytes(2) + data[8:], asker)

    thread = Thread(target=run, daemon=True)
    thread.start()
    return sock, thread


def probed(tmp_path: Path, port: int, before: GateState, after: GateState, instant: float) -> None:
    async def main() -> None:
        prober = Prober([Place("127.0.0.1", port)], "hours.check.smdns", tmp_path)
        prober.edge(before, after, instant, 1_000.0)
        await asyncio.wait_for(asyncio.gather(*prober._probing), 20)

    asyncio.run(main())


def test_how_late_a_resolver_was_is_on_record(tmp_path: Path) -> None:
    instant = time.time()
    sock, _ = play(instant + 0.3)
    probed(tmp_path, sock.getsockname()[1], CLOSED, OPEN, instant)
    sock.close()
    (flip,) = resolver_flips.read(tmp_path)
    assert (flip.resolver.partition(":")[0], flip.state) == ("127.0.0.1", "permitted")
    assert flip.lag_ms is not None and 300 <= flip.lag_ms < 3_000
    with (tmp_path / resolver_flips.FILE).open("a") as file:
        file.write('{"at": "cut sh')
    assert len(list(resolver_flips.read(tmp_path))) == 1


def test_one_that_never_answers_by_it_is_on_record_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "PROBE_SECONDS", 0.4)
    instant = time.time()
    sock, _ = play(instant + 60)
    probed(tmp_path, sock.getsockname()[1], CLOSED, OPEN, instant)
    sock.close()
    (flip,) = resolver_flips.read(tmp_path)
    assert flip.lag_ms is None


def test_an_edge_of_another_network_is_not_asked_for(tmp_path: Path) -> None:
    sock, _ = play(0)
    probed(tmp_path, sock.getsockname()[1], OPEN, OPEN, time.time())
    sock.close()
    assert list(resolver_flips.read(tmp_path)) == []
