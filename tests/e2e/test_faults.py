"""Upstreams that lie or come and go, floods, full disks, silent workers: with real processes (T2, T10, T19)."""

from __future__ import annotations

import os
import resource
import secrets
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from sm_dns.control.processes import worker_process
from sm_dns.resolve.context import MAX_WAITING
from tests.conftest import lacking
from tests.e2e.test_systemd import Manager
from tests.support.load import Load, answers
from tests.support.lying import LIES, TRUTH, LyingUpstream, lying_upstream
from tests.support.messages import query
from tests.support.processes import eventually, is_alive
from tests.support.server import House
from tests.support.unbound import ADDRESS

ENDLESS = {"dead", "servfail", "no-soa", "oversize"}  # lies that no truth follows
FLOODER = "127.0.0.66"


@pytest.fixture
def liar() -> Iterator[LyingUpstream]:
    with lying_upstream() as upstream:
        yield upstream


def test_no_lie_of_an_upstream_reaches_a_client(house: House, liar: LyingUpstream) -> None:
    """T2, T4, T5, T6: wrong IDs, questions, ports and letter case, loops, ladders, strays, what does not fit."""
    house.upstreams = [f"127.0.0.1:{liar.port}"]
    house.write()
    server = house.start()
    for kind in sorted({*LIES, "other-port", "slow"} - ENDLESS):
        told = house.dig(f"{kind}.x.corp", "A", "+tcp")
        assert told.status == "NOERROR", kind
        assert kind == "truncated" or told.data == [TRUTH], kind
    assert "Traceback" not in server.err


def test_an_upstream_that_comes_and_goes_costs_no_answer(house: House, liar: LyingUpstream) -> None:
    house.upstreams.append(f"127.0.0.1:{liar.port}")
    house.write("strategy: random")
    house.start()
    steady, flapping = answers(ADDRESS), answers(TRUTH)
    questions = [
        (f"n{number}.load.corp", lambda reply: steady(reply) or flapping(reply)) for number in range(400)
    ]
    with Load(("127.0.0.1", house.port), questions, rate=150) as load:
        for _ in range(8):
            liar.is_silent = not liar.is_silent
            before = load.sent
            eventually(lambda: load.sent > before + 40, "some are asked")  # noqa: B023
    assert load.wrong == []
    assert load.lost == house.late_answers()


@contextmanager
def _flood(port: int, rate: int) -> Iterator[None]:
    """Ask for random names that no upstream answers, from another address, as long as the block lasts."""
    stop = threading.Event()

    def run() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((FLOODER, 0))
            while not stop.is_set():
                for _ in range(rate // 100):
                    sock.sendto(query(f"dead.{secrets.token_hex(8)}.corp"), ("127.0.0.1", port))
                time.sleep(0.01)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_a_flood_of_random_names_leaves_other_clients_served(house: House, liar: LyingUpstream) -> None:
    """T10: one client's dead names take neither all places at the upstream nor all of the worker's time."""
    house.upstreams = [f"127.0.0.1:{liar.port}"]
    house.write()
    house.start()
    questions = [(f"n{number}.corp", answers(TRUTH)) for number in range(2000)]
    with _flood(house.port, 600):
        eventually(
            lambda: house.status()["workers"][0]["under_way"] >= 0.9 * MAX_WAITING,
            "the flood has the places that it can have",
        )
        with Load(("127.0.0.1", house.port), questions, rate=100) as load:
            eventually(lambda: load.sent > 250, "enough is asked")
    assert load.lost + len(load.wrong) <= 0.05 * load.sent
    assert house.status()["workers"][0]["restarts"] == 0


def test_a_worker_without_file_descriptors_goes_on_with_those_it_has(house: House) -> None:
    server = house.start()
    (pid,) = house.worker_pids()
    assert house.dig("portal.corp").data
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    highest = max(int(one.name) for one in Path(f"/proc/{pid}/fd").iterdir())
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (highest + 1, before[1]))
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", house.port), 60))
        for number in range(20):
            assert house.dig(f"n{number}.load.corp").data == [ADDRESS]
        assert house.dig("netflix.com").data == ["0.0.0.0"]
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    eventually(lambda: house.dig("netflix.com", "A", "+tcp").data == ["0.0.0.0"], "TCP is answered again")
    assert house.worker_pids() == [pid]
    assert "Traceback" not in server.err
    assert server.err.count("no new connections can be taken up for now") == 1


def _small_disk(directory: Path) -> tuple[str, ...]:
    """A small disk of its own for what is started behind the words that are returned."""
    directory.mkdir()
    mount = 'mount -t tmpfs -o size=8m none "$0" && exec "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", mount, str(directory))
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        lacking("mounts")
    return prefix


def test_a_full_disk_stops_no_answer_and_changes_are_taken_in_afterwards(house: House) -> None:
    """T19: the state directory's disk is full while the service runs."""
    server = house.start(prefix=_small_disk(house.state))
    state = Path(f"/proc/{server.pid}/root{house.state}")
    filler = state / "filler"
    with filler.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space left"):
        while True:
            file.write(bytes(4096))
    house.zones.mkdir()
    (house.zones / "streaming.txt").write_text("portal.corp\n")
    eventually(lambda: "No space left" in server.err or "could not" in server.err, "the trouble is told")
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    assert house.dig("share.corp").status == "NOERROR"
    filler.unlink()
    (house.zones / "streaming.txt").write_text("portal.corp\nshare.corp\n")
    eventually(lambda: house.dig("share.corp").data == ["0.0.0.0"], "changes are taken in again")
    assert "Traceback" not in server.err
    assert house.stop() == 0


def test_a_worker_that_lives_but_is_silent_is_replaced_and_no_sign_of_life_given(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    manager = Manager(tmp_path_factory.mktemp("n") / "s")
    try:
        server = house.start(environment=manager.environment)
        (pid,) = house.worker_pids()
        manager.hears("")
        manager.heard.clear()
        os.kill(pid, signal.SIGSTOP)
        patience = worker_process.CHECK_SECONDS + worker_process.CHECK_ANSWER_SECONDS
        eventually(lambda: not is_alive(pid), "it is killed")
        manager.hears("WATCHDOG=1")
        signs = sum("WATCHDOG=1" in message for message in manager.heard)
        assert signs <= 2 * patience / 0.5  # none while its silence was known
        eventually(lambda: house.dig("netflix.com", "A", "+tries=3").data == ["0.0.0.0"], "another answers")
        assert f"(pid {pid}) lives but does not answer" in server.err
        manager.heard.clear()
        eventually(lambda: manager.hears("WATCHDOG=1"), "signs of life again")
    finally:
        manager.close()
