"""`sm-dns trace` on the real service: who is traced sees to every question, at both addresses, on all workers."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sm_dns.cli.commands.trace import TURN_SECONDS
from tests.support.dig import dig
from tests.support.processes import Process, eventually
from tests.support.server import COMMAND, House

PC = "3c:22:fb:01:02:03"
WHY = ("--reason", "the page stays white")


@pytest.fixture
def leased(house: House) -> House:
    """A house that knows a device at both versions of IP."""
    leases = house.directory / "leases"
    until = int(time.time()) + 3600
    leases.write_text(f"{until} {PC} 127.0.0.5 * *\n{until} {PC} 127.0.0.6 * *\n")
    house.write(f"monitoring: {{leases: [{{file: {leases}}}], neighbours: false}}", "workers: 2")
    house.start()
    return house


class Traced:
    """A running `sm-dns trace --json`."""

    def __init__(self, house: House, *arguments: str) -> None:
        self.house = house
        command = (*COMMAND, "trace", *arguments, *WHY, "--json", "--config", str(house.config))
        self.process = Process(command, house.directory / "trace")
        eventually(lambda: house.audited("trace begun") or self.process.has_ended, "the trace begins")

    @property
    def questions(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.process.out.splitlines()]

    def names(self) -> list[str]:
        return [one["name"] for one in self.questions]


@pytest.fixture
def trace(leased: House) -> Iterator[Traced]:
    traced = Traced(leased, "127.0.0.5", "--for", "2m")
    try:
        yield traced
    finally:
        traced.process.stop()


def ask(house: House, name: str, address: str, *options: str) -> None:
    assert dig("127.0.0.1", house.port, name, "A", "-b", address, *options).status


def test_every_question_of_the_device_is_shown_and_nothing_of_others(trace: Traced) -> None:
    house = trace.house
    asked = ["netflix.com", "one.example", "one.example", "netflix.com"]
    for name in asked:  # the second time from the cache; from another address; over TCP
        ask(house, name, "127.0.0.5")
        ask(house, name, "127.0.0.6", "+tcp")
        ask(house, "other.example", "127.0.0.7")
    eventually(lambda: len(trace.questions) >= 8, "all are shown")
    assert sorted(trace.names()) == sorted([*asked, *asked])
    netflix = next(one for one in trace.questions if one["name"] == "netflix.com")
    assert (netflix["stage"], netflix["action"], netflix["reason_code"]) == ("policy", "deny", "STREAMING")
    first, *later = (one for one in trace.questions if one["name"] == "one.example")
    assert (first["stage"], first["upstream"]) == ("upstream", house.upstreams[0])
    assert first["milliseconds"] > 0
    assert {one["stage"] for one in later} <= {"cache", "upstream"}
    assert {one["address"] for one in trace.questions} == {"127.0.0.5", "127.0.0.6"}


def test_it_is_no_secret_while_it_lasts_and_leaves_nothing_when_it_ends(trace: Traced) -> None:
    house = trace.house
    said = house.run("status").stdout
    assert "the questions of 127.0.0.5 are traced until" in said and "the page stays white" in said
    ask(house, "secret-name.example", "127.0.0.5")
    eventually(lambda: "secret-name.example" in trace.names(), "it is shown")
    os.kill(trace.process.pid, signal.SIGINT)
    assert trace.process.wait() == 0
    assert house.audited("trace") == ["trace begun", "trace ended"]
    assert "are traced until" not in house.run("status").stdout
    ask(house, "afterwards.example", "127.0.0.5")
    assert "afterwards.example" not in trace.names()
    house.stop()
    kept = [
        path
        for path in Path(house.state).rglob("*")
        if path.is_file() and b"secret-name" in path.read_bytes()
    ]
    assert kept == []


def test_it_goes_on_where_a_worker_dies_and_ends_by_itself(leased: House) -> None:
    traced = Traced(leased, "127.0.0.5", "--for", "50s")
    pids = leased.worker_pids()
    os.kill(pids[0], signal.SIGKILL)
    eventually(
        lambda: pids[0] not in leased.worker_pids() and None not in leased.worker_pids(), "another worker"
    )
    rounds = count()

    def both_trace() -> bool:
        names = {f"n{number}.r{next(rounds)}.example" for number in range(8)}  # to either worker
        for name in names:
            ask(leased, name, "127.0.0.5")
        time.sleep(3 * TURN_SECONDS)
        return names <= set(traced.names())

    eventually(both_trace, "both trace", 40)
    assert traced.process.wait() == 0
    assert leased.audited("trace") == ["trace begun", "trace ended"]


def test_one_that_nobody_looks_at_ends(leased: House) -> None:
    """Killed, the command cannot end it."""
    traced = Traced(leased, "127.0.0.5", "--for", "10m")
    traced.process.send(signal.SIGKILL)
    traced.process.stop()
    again = leased.run("trace", "127.0.0.7", *WHY)
    assert (again.returncode, again.stderr.strip()) == (2, "error: 127.0.0.5 is traced already, by root")
    eventually(lambda: leased.audited("trace ended"), "it has ended")


def test_what_is_refused(leased: House) -> None:
    for arguments, said in (
        (("127.0.0.5", "--for", "11m"), "a trace is for 10m at most"),
        (("printer",), "'printer' is not an IP address"),
        (("127.0.0.5", "--for", "soon"), "--for: "),
    ):
        done = leased.run("trace", *arguments, *WHY)
        assert done.returncode == 2 and said in done.stderr
    leased.stop()
    done = leased.run("trace", "127.0.0.5", *WHY)
    assert (done.returncode, done.stderr.strip()) == (2, "error: no server is running")
    assert leased.audited("trace") == []
