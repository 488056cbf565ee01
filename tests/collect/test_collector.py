from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sm_dns.collect import collector
from sm_dns.collect.collector import SUMS_AFTER_SECONDS, Collector, Taken
from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.ipc.status import Subjects
from sm_dns.monitor.counts import Batch, Count, Label
from sm_dns.monitor.pseudonym import load_or_make
from sm_dns.monitor.store.rows import Gap
from sm_dns.util.lately import ALARM_SECONDS
from tests.support.contracts import MONITORING_PLAN, lease_file
from tests.support.sinks import MemorySink
from tests.support.stores import reading

HOUR = 1_786_334_400
DENIED = Label("facebook", "social", "denied", True, "")
PC, PHONE = "3c:22:fb:01:02:03", "3e:22:fb:01:02:04"
WAIT_SECONDS = 30.0


def batch(since: float, until: float, *clients: str, lost: int = 0) -> Batch:
    return Batch(since, until, tuple(Count(HOUR, client, DENIED, 2) for client in clients), lost)


class Play:
    """A collector over workers that are played: what they answer to each pull, and then nothing new."""

    def __init__(self, directory: Path, *pulls: list[Batch]) -> None:
        (directory / "staff.csv").write_text(f"device,staff\n{PC},officer1\n{PHONE},officer1\n")
        (directory / "leases").write_text(f"0 {PC} 10.0.0.1 * *\n0 {PHONE} 10.0.0.2 * *\n")
        self.plan = replace(
            MONITORING_PLAN,
            store=str(directory / "monitor" / "usage.db"),
            key_file=str(directory / "keys" / "key"),
            leases=(lease_file(directory / "leases"),),
            staff_map=str(directory / "staff.csv"),
        )
        self.pulls = list(pulls)
        self.clock = HOUR + 10.0
        self.sink = MemorySink()
        self.sources = IdentitySources(self.plan)
        self.collector = Collector(self.plan, self.sources, self.pull, lambda: self.clock, self.sink)

    async def pull(self) -> Taken:
        self.clock += 15.0
        return {0: self.pulls.pop(0) if self.pulls else [batch(self.clock - 15.0, self.clock)]}

    def run(self, act: Callable[[], Awaitable[None]]) -> None:
        async def whole() -> None:
            self.collector.start()
            try:
                await act()
            finally:
                await self.collector.stop()

        asyncio.run(whole())


async def nothing() -> None:
    pass


async def until(fact: Callable[[], object]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not fact():  # noqa: ASYNC110 (it is another thread's doing)
            await asyncio.sleep(0.01)


def test_two_devices_of_a_person_are_one_row_under_a_pseudonym(tmp_path: Path) -> None:
    play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, "10.0.0.1", "10.0.0.2", "10.0.0.9")])
    play.run(nothing)  # the end asks the workers a last time
    known = load_or_make(tmp_path / "keys" / "key")
    person, stranger = sorted(play.sink.rows, key=lambda each: each[0].kind, reverse=True)
    assert person[0][:4] == (HOUR, known.of("person", "officer1"), "person", "")
    assert person[0][4:] == (*DENIED, 4)
    assert stranger[0][:3] == (HOUR, known.of("address", "10.0.0.9"), "address")
    assert {key for _, key in play.sink.rows} == {known.key_id}
    assert play.sink.running == [HOUR + 10.0, HOUR + 25.0]
    assert (play.sink.gaps, play.sink.closed) == ([], True)
    status = play.collector.status()
    assert status is not None
    assert status.subjects == Subjects(devices=2, random_devices=1, staff=1)


def test_no_name_address_or_hardware_address_reaches_the_store(tmp_path: Path) -> None:
    """PRIV-1."""
    play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, "10.0.0.1", "10.0.0.9")])
    play.collector = Collector(play.plan, play.sources, play.pull, lambda: play.clock)
    play.run(nothing)
    files = [path.read_bytes() for path in (tmp_path / "monitor").iterdir()]
    assert any(b"facebook" in content for content in files)
    for secret in (b"officer1", b"10.0.0.", PC.encode(), (tmp_path / "keys" / "key").read_bytes().strip()):
        assert not any(secret in content for content in files)


def test_gaps_reach_the_store_and_a_silent_service_is_not_noted_as_running(tmp_path: Path) -> None:
    play = Play(tmp_path, [])
    play.run(nothing)
    assert play.sink.gaps == [Gap(HOUR + 10.0, HOUR + 25.0, "worker silent", 0)]
    (finding,) = play.collector.findings()
    assert str(finding.text).endswith(": worker silent")
    play.clock += ALARM_SECONDS
    assert play.collector.findings() == []
    assert play.sink.running == [HOUR + 10.0]


def test_sums_of_an_older_store_are_made_once_whoever_wrote_it_has_gone(tmp_path: Path) -> None:
    play = Play(tmp_path)
    play.run(nothing)
    assert play.sink.built == 0
    play = Play(tmp_path)

    async def later() -> None:
        play.clock += SUMS_AFTER_SECONDS

    play.run(later)
    assert play.sink.built == 1


def test_workers_that_took_their_time_to_start_are_not_lost(tmp_path: Path) -> None:
    play = Play(tmp_path)
    play.clock += 2.0  # they became ready meanwhile, and began to count
    play.pulls = [[batch(play.clock, play.clock + 15.0, "10.0.0.1")]]
    play.run(nothing)
    assert play.sink.gaps == []
    assert play.sink.running[0] == HOUR + 12.0  # nothing is called watched that was not


def test_it_pulls_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "PULL_SECONDS", 0.01)
    play = Play(tmp_path)
    play.run(lambda: until(lambda: len(play.sink.running) > 3))
    assert play.sink.gaps == []


def test_a_pull_that_fails_is_a_gap_and_not_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "PULL_SECONDS", 0.01)
    play = Play(tmp_path)
    good = play.pull
    failed: list[bool] = []

    async def bad() -> Taken:
        if not failed:
            failed.append(True)
            raise RuntimeError("no answer")
        return await good()

    async def act() -> None:
        await until(lambda: failed)
        assert "monitoring: counts could not be taken: RuntimeError: no answer" in texts()
        await until(lambda: len(play.sink.running) > 2)
        assert not [text for text in texts() if "could not be taken" in text]

    def texts() -> list[str]:
        return [str(finding.text) for finding in play.collector.findings()]

    play.collector._pull = bad
    play.run(act)
    assert [gap.reason for gap in play.sink.gaps] == ["collecting failed"]
    (finding,) = [one for one in play.collector.findings() if "missing" in str(one.text)]
    assert str(finding.text).startswith("monitoring: counts are missing, 1 times since ")
    assert str(finding.text).endswith(": collecting failed")


def test_a_store_that_fails_is_a_finding_and_costs_nothing(tmp_path: Path) -> None:
    """OPS-2."""
    play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, "10.0.0.1")])
    play.sink.fail()

    async def act() -> None:
        await play.collector.collect()
        await until(play.collector.findings)

    play.run(act)
    (finding,) = play.collector.findings()
    assert finding.level == "warning"
    assert "the disk is full" in str(finding.text)


def test_without_a_key_nothing_is_recorded_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("no folder")
    play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, "10.0.0.1")])
    play.run(nothing)
    assert play.sink.rows == []
    assert play.sink.gaps == [Gap(HOUR + 10.0, HOUR + 25.0, "no key", 2)]
    assert "the key of the pseudonyms cannot be used" in str(play.collector.findings()[0].text)
    status = play.collector.status()
    assert status is not None
    assert status.key_id is None


def test_while_it_is_off_nothing_is_asked_made_or_noted(tmp_path: Path) -> None:
    play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, "10.0.0.1")])
    play.collector.configure(replace(play.plan, enabled=False))
    play.collector.note_version("lists", "v1")
    play.run(nothing)
    assert (play.sink.tries, len(play.pulls)) == (0, 1)
    assert not (tmp_path / "keys").exists()
    assert (play.collector.status(), play.collector.findings()) == (None, [])


def test_another_plan_holds_from_the_next_pull(tmp_path: Path) -> None:
    play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, "10.0.0.1")])
    other = replace(play.plan, staff_map=None)
    play.sources.configure(other)
    play.collector.configure(other)
    play.collector.note_version("schedule", "v2")
    play.run(nothing)
    assert [row.kind for row, _ in play.sink.rows] == ["device"]
    assert play.sink.versions == ["v2", ""]  # and nothing is wrong with the leases


def test_the_real_store_keeps_it_over_a_restart(tmp_path: Path) -> None:
    for number in range(2):
        play = Play(tmp_path, [batch(HOUR + 10.0, HOUR + 25.0, f"10.0.0.{number + 1}")])
        tell = partial(getattr, play, "clock")
        play.collector = Collector(play.plan, play.sources, play.pull, tell)
        play.run(nothing)
    with reading(play.plan.store) as database:
        assert database.query("SELECT count(*) FROM member WHERE mapped = 1") == [(1,)]


def test_what_is_wrong_with_leases_is_noted_once_and_its_end_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "PULL_SECONDS", 0.01)
    play = Play(tmp_path)
    (tmp_path / "leases").write_text("")

    async def act() -> None:
        await until(lambda: len(play.sink.running) > 3)
        assert "gives no lease" in str(play.collector.findings()[0].text)
        (tmp_path / "leases").write_text(f"0 {PC} 10.0.0.1 * *\n")
        await until(lambda: "" in play.sink.versions)

    play.run(act)
    assert play.sink.versions == [f"leases-nothing {tmp_path / 'leases'}", ""]
