from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sm_dns.control import jobs
from sm_dns.control.in_force import InForce
from sm_dns.control.jobs import Jobs
from sm_dns.control.publisher import Publisher
from sm_dns.control.service_log import ServiceLog
from sm_dns.ipc import children
from sm_dns.ipc.children import RefreshedList
from sm_dns.ipc.orders import Answer
from sm_dns.policy.exemptions import Exemption
from sm_dns.state import audit, exemptions_store, transitions
from sm_dns.state.lists import list_checks
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from tests.support.changes import put
from tests.support.hands import Hands
from tests.support.site import NOON, Site

HOUR = 3600.0
ONE_O_CLOCK = NOON + HOUR


class Plan:
    """In the place of the scheduler: keeps what was planned, runs it when the test says so."""

    def __init__(self, offset: float) -> None:
        self.jobs: dict[str, tuple[float, Callable[..., Awaitable[None]], tuple[object, ...]]] = {}
        self.seconds: dict[str, int] = {}
        self.steps = 0
        self.running = False

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def clock_stepped(self) -> None:
        self.steps += 1

    def at(self, name: str, when: float, job: Callable[..., Awaitable[None]], *arguments: object) -> None:
        self.jobs[name] = (when, job, arguments)

    def every(
        self, name: str, seconds: int, first: float, job: Callable[..., Awaitable[None]], *arguments: object
    ) -> None:
        self.seconds[name] = seconds
        self.at(name, first, job, *arguments)

    def daily(
        self, name: str, zone: ZoneInfo, job: Callable[..., Awaitable[None]], *arguments: object
    ) -> None:
        self.jobs[name] = (0.0, job, arguments)

    def keep_only(self, prefix: str, names: Mapping[str, object]) -> None:
        for name in [name for name in self.jobs if name.startswith(prefix)]:
            if name.removeprefix(prefix) not in names:
                del self.jobs[name]

    def run(self, name: str) -> None:
        _, job, arguments = self.jobs.pop(name)
        asyncio.run(_awaited(job(*arguments)))


async def _awaited(what: Awaitable[None]) -> None:
    await what


async def _nobody_loads(directory: Path) -> list[Answer | None]:
    return []


async def _nobody_holds(name: bytes) -> int:
    return 0


class Play:
    """Jobs at noon of a Monday, on a plan."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch, offset: float = 0.0) -> None:
        monkeypatch.setattr(jobs, "Scheduler", Plan)
        self.state = site.state
        self.clock = Hands(offset, [NOON])
        self.service_log = ServiceLog(site.state, self.clock)
        in_force = InForce(site.compile())
        self.generations = Publisher(site.config, 0.0, in_force, _nobody_loads, self.service_log, None, None)
        self.reloads = 0
        monkeypatch.setattr(self.generations, "reload", self._reload)
        self.jobs = Jobs(
            site.config, site.state, self.clock, self.generations, self.service_log, _nobody_holds
        )
        plan = self.jobs._scheduler
        assert isinstance(plan, Plan)
        self.plan = plan

    async def _reload(self) -> str:
        self.reloads += 1
        return ""


@pytest.fixture
def play(site: Site, monkeypatch: pytest.MonkeyPatch) -> Play:
    return Play(site, monkeypatch)


def test_the_next_edge_and_the_daily_reading_are_planned(play: Play) -> None:
    play.jobs.start()
    assert play.plan.jobs["flip:default"][0] == ONE_O_CLOCK
    play.plan.run("calendar")
    assert play.reloads == 1
    play.jobs.stop()
    assert not play.plan.running


def test_a_flip_is_recorded_with_its_lag_and_the_next_is_planned(play: Play) -> None:
    play.jobs.start()
    play.clock.set(ONE_O_CLOCK + 0.25)
    play.plan.run("flip:default")
    (line,) = (play.state / transitions.FILE).read_text().splitlines()
    assert json.loads(line) == {
        "at": "2026-08-10T05:00:00Z",
        "schedule": "default",
        "state": "permitted",
        "reason_code": "REST",
        "lag_ms": 250,
    }
    assert list(transitions.read(play.state)) == [play.jobs.last_flip]
    assert play.plan.jobs["flip:default"][0] == ONE_O_CLOCK + HOUR


def test_a_clock_that_was_set_back_has_the_edge_before_it_again(play: Play) -> None:
    play.jobs.start()
    play.clock.set(ONE_O_CLOCK - 600)
    play.plan.run("flip:default")
    assert play.jobs.last_flip is None
    assert not (play.state / transitions.FILE).exists()
    assert play.plan.jobs["flip:default"][0] == ONE_O_CLOCK


def test_a_clock_that_jumped_over_edges_plans_the_next_one(play: Play) -> None:
    play.jobs.start()
    play.clock.set(ONE_O_CLOCK + 2.5 * HOUR)
    play.jobs.clock_jumped()
    assert play.plan.steps == 1
    assert play.plan.jobs["flip:default"][0] == ONE_O_CLOCK + 4.5 * HOUR  # 17:30


def test_a_flip_that_cannot_be_recorded_is_an_alarm(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(transitions, "record", fail)
    play.jobs.start()
    play.clock.set(ONE_O_CLOCK)
    play.plan.run("flip:default")
    assert str(play.service_log.alarms[0].text) == "a flip could not be recorded: disk full"
    assert play.plan.jobs["flip:default"][0] == ONE_O_CLOCK + HOUR


def _exempt(play: Play, expires: float) -> Exemption:
    wanted = Exemption("", "hq", None, "social", None, "director", "event", int(NOON), int(expires))
    file, stored = exemptions_store.with_one(play.state, wanted)
    put(file)
    return stored


def test_an_exemption_that_ends_is_tidied_away_and_audited(play: Play) -> None:
    first, last = _exempt(play, NOON + 60), _exempt(play, NOON + 120)
    play.jobs.start()
    assert play.plan.jobs["exemptions"][0] == NOON + 60
    play.clock.set(NOON + 60)
    play.plan.run("exemptions")
    assert exemptions_store.load(play.state) == [last]
    (line,) = audit.read(play.state / audit.FILE)
    assert (line.action, line.target) == ("exempt expired", first.id)
    assert play.reloads == 1


def test_what_cannot_be_tidied_is_an_alarm(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("read-only")

    _exempt(play, NOON + 60)
    play.jobs.start()
    monkeypatch.setattr(exemptions_store, "expire", fail)
    play.plan.run("exemptions")
    assert "read-only" in str(play.service_log.alarms[0].text)


def test_exemptions_that_cannot_be_read_end_no_service(play: Play) -> None:
    """A start by the last good policy, an edge and a step of the clock all plan anew."""
    _exempt(play, NOON + 60)
    (play.state / exemptions_store.FILE).write_text("{damaged")
    play.jobs.start()
    play.clock.set(ONE_O_CLOCK)
    play.plan.run("flip:default")
    play.jobs.clock_jumped()
    assert play.plan.jobs["flip:default"][0] == ONE_O_CLOCK + HOUR
    assert "exemptions" not in play.plan.jobs


def test_what_cannot_be_tidied_is_tried_again_later_and_not_at_once(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try compiles the policy: on a full disk they followed one upon the other."""

    def fail(*arguments: object) -> None:
        raise OSError("No space left on device")

    _exempt(play, NOON + 60)
    play.jobs.start()
    with monkeypatch.context() as full:
        full.setattr(exemptions_store, "expire", fail)
        play.clock.set(NOON + 60)
        play.plan.run("exemptions")
    play.jobs.plan()  # as after every reload
    later, _, _ = play.plan.jobs["exemptions"]
    assert later == NOON + 60 + jobs.TIDY_SECONDS
    play.clock.set(later)
    play.plan.run("exemptions")
    assert exemptions_store.load(play.state) == []


def test_a_rehearsal_of_another_day_ends_no_exemption(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(site, monkeypatch, offset=30 * 86_400.0)
    _exempt(play, NOON + 60)
    play.jobs.start()
    assert "exemptions" not in play.plan.jobs


@pytest.mark.parametrize(
    ("result", "alarm"),
    [
        (RefreshedList("big", "updated", Message("2 names"), 2, reloaded=True), None),
        (RefreshedList("big", "unchanged", Message("it is the same"), 2, reloaded=False), None),
        (
            RefreshedList("big", "kept", Message("it is HTML"), 2, reloaded=False),
            "list big kept as it was: it is HTML",
        ),
        (BadInput("too long"), "list big kept as it was: too long"),
    ],
)
def test_lists_are_refreshed_by_their_seconds(
    site: Site, monkeypatch: pytest.MonkeyPatch, result: RefreshedList | BadInput, alarm: str | None
) -> None:
    url = "https://lists.example.net/big.txt"
    text = f"lists: [{{name: big, url: '{url}', category: social, refresh: 6h}}]\n"
    site.config.write_text(site.config.read_text() + text)
    play = Play(site, monkeypatch)

    async def refresh(config: object, name: str) -> RefreshedList:
        if isinstance(result, BadInput):
            raise result
        return result

    monkeypatch.setattr(children, "refresh_list", refresh)
    play.jobs.start()
    assert play.plan.seconds["list:big"] == 6 * HOUR
    assert play.plan.jobs["list:big"][0] == NOON  # never fetched: at once
    play.plan.run("list:big")
    assert [str(one.text) for one in play.service_log.alarms] == ([alarm] if alarm else [])


def test_a_server_that_is_started_often_still_refreshes_its_lists(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "lists: [{name: big, url: 'https://lists.example.net/', category: social, refresh: 6h}]\n"
    site.config.write_text(site.config.read_text() + text)
    play = Play(site, monkeypatch)
    notes = site.state / list_checks.CACHE / "big.json"
    notes.parent.mkdir(parents=True)
    notes.write_text(json.dumps({"checked": NOON - 5 * HOUR}))
    play.jobs.start()
    assert play.plan.jobs["list:big"][0] == NOON + HOUR


def test_what_a_new_generation_has_no_more_is_planned_no_more(play: Play) -> None:
    play.jobs.start()
    play.plan.jobs["list:gone"] = play.plan.jobs["flip:gone"] = play.plan.jobs["calendar"]
    play.jobs.plan()
    assert set(play.plan.jobs) == {"flip:default", "calendar", "history"}
