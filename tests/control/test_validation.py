"""What is done by the clock about DNSSEC, on a plan and with a control socket of the test's own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.control import validation
from sm_dns.control.service_log import ServiceLog
from sm_dns.control.validation import Validation
from sm_dns.generation.validation import OwnUnbound, ValidationPlan
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.state import audit, negative_trust_anchors
from sm_dns.state.negative_trust_anchors import NegativeTrustAnchor
from sm_dns.validation.three_names import Outcome, ThreeNames
from tests.control.test_jobs import Plan
from tests.generation.test_service import SERVICE
from tests.support.changes import put
from tests.support.hands import Hands
from tests.support.site import NOON

ROW = ("192.0.2.1", 53, "udp", "", "", "", True)
ANCHOR = NegativeTrustAnchor("broken.example", int(NOON), int(NOON) + 60, "o", "w")


class PlayedUnbound:
    """Answers on a control socket as unbound does, and keeps what it was told."""

    def __init__(self, path: Path) -> None:
        self.insecure: set[str] = set()
        self.told: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rw") as lines:
                lines.write(self._answer(lines.readline()))

    def _answer(self, line: str) -> str:
        version, word, *rest = line.split()
        assert version == "UBCT1"
        if word == "list_insecure":
            return "".join(f"{name}.\n" for name in sorted(self.insecure))
        self.told.append(" ".join((word, *rest)))
        if word == "insecure_add":
            self.insecure.add(rest[0])
        if word == "insecure_remove":
            self.insecure.discard(rest[0])
        return "ok\n"

    def close(self) -> None:
        self._socket.close()


class Play:
    """The jobs at noon, with an unbound that plays along."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "var"
        self.state.mkdir()
        self.clock = Hands(0.0, [NOON])
        self.unbound = PlayedUnbound(folder / "unbound.ctl")
        self.plan = Plan(0.0)
        self.flushed: list[bytes] = []
        self.log = ServiceLog(self.state, self.clock)
        scheduler: Any = self.plan
        self.validation = Validation(self.state, self.clock, scheduler, self.log, self._flush)
        configuration = folder / "unbound.conf"
        configuration.write_text("server:\n")
        own = OwnUnbound(str(configuration), str(folder / "unbound.ctl"))
        self.wanted = ValidationPlan((ROW,), "a.example", "b.example", "c.example", own)
        self.configuration = configuration

    async def _flush(self, name: bytes) -> int:
        self.flushed.append(name)
        return 0

    def run(self, name: str) -> None:
        asyncio.run(self._ran(name))

    async def _ran(self, name: str) -> None:
        await self.plan.jobs[f"validation:{name}"][1]()

    def begin(self) -> None:
        self.validation.plan(replace(SERVICE, validation=self.wanted))


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    made = Play(tmp_path)
    yield made
    made.unbound.close()


def test_nobody_is_asked_where_nobody_is_said_to_validate_or_in_a_rehearsal(play: Play) -> None:
    play.validation.plan(replace(SERVICE, validation=None))
    assert not play.plan.jobs
    play.begin()
    assert set(play.plan.jobs) == {"validation:names", "validation:anchors"}
    play.validation.plan(replace(SERVICE, validation=None))
    assert not play.plan.jobs


def test_what_is_in_force_is_put_in_and_taken_away_at_its_end(play: Play) -> None:
    put(negative_trust_anchors.with_one(play.state, ANCHOR))
    play.begin()
    play.run("anchors")
    assert play.unbound.insecure == {"broken.example"}
    assert play.unbound.told == ["reload", "insecure_add broken.example", "flush_zone broken.example"]
    play.unbound.insecure.clear()  # it was started anew
    play.run("anchors")
    assert play.unbound.insecure == {"broken.example"}
    play.clock.set(NOON + 60)
    play.run("anchors")
    assert play.unbound.insecure == set() and negative_trust_anchors.load(play.state) == []
    assert [each.action for each in audit.read(play.state / audit.FILE)] == ["nta ended"]
    assert play.flushed == [b"\6broken\7example\0"] * 3


def test_one_that_somebody_else_put_in_is_taken_away(play: Play) -> None:
    play.unbound.insecure.add("other.example")
    play.begin()
    play.run("anchors")
    assert play.unbound.insecure == set()


def test_a_changed_configuration_is_read_once(play: Play) -> None:
    play.begin()
    for text, reloads in (("server:\n", 1), ("server:\n", 1), ("server: \n", 2), ("server: \n", 2)):
        play.configuration.write_text(text)
        play.run("anchors")
        assert play.unbound.told.count("reload") == reloads


def test_one_that_cannot_be_told_is_a_finding_until_it_can(play: Play) -> None:
    play.wanted = replace(play.wanted, unbound=OwnUnbound(str(play.configuration), "/nowhere/unbound.ctl"))
    play.begin()
    play.run("anchors")
    (found,) = play.validation.findings()
    assert found.level == "warning" and "/nowhere/unbound.ctl" in str(found.text)
    play.wanted = replace(play.wanted, unbound=None)
    play.begin()
    play.run("anchors")
    assert play.validation.findings() == []


def test_a_bogus_name_that_is_answered_is_an_alarm_once_and_a_finding(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[UpstreamAddress] = []

    def ask(server: UpstreamAddress, names: ThreeNames) -> Outcome:
        asked.append(server)
        return Outcome(str(server), names, "as expected", "as expected", "otherwise")

    monkeypatch.setattr(validation, "ask_three_names", ask)
    play.begin()
    play.run("names")
    assert asked == [UpstreamAddress(*ROW)]
    (found,) = play.validation.findings()
    assert found.level == "error" and "it answers c.example" in str(found.text)
    assert [each.text for each in play.log.alarms] == [found.text]
    play.wanted = replace(play.wanted, bogus="d.example")
    play.begin()
    assert play.validation.findings() == []  # of another configuration nothing is known yet
