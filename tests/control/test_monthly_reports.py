from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sm_dns.control.monthly_reports import RETRY_SECONDS, ScheduledReports
from sm_dns.generation.service import Service
from sm_dns.ipc import children
from sm_dns.state import report_months
from sm_dns.util.clock import Clock, utc_iso
from sm_dns.util.errors import BadInput
from tests.control.test_jobs import Plan
from tests.support.hands import Hands
from tests.support.site import NOON, Site

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
REPORTS = "reports: [{name: heads, kind: department, day: 2, to: out}]\n"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


class Play:
    """Configured reports on a plan, with a maker that does as the test says."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch, offset: float = 0.0) -> None:
        site.config.write_text(site.config.read_text() + REPORTS)
        self.state = site.state
        self.service: Service = site.compile().service
        self.clock: Any = Hands(offset, [NOON])
        self.plan = Plan(0.0)
        self.made: list[str] = []
        self.error = ""
        monkeypatch.setattr(children, "make_report", self._make)
        self.reports = self.begin(site)

    def begin(self, site: Site) -> ScheduledReports:
        clock: Clock = self.clock
        self.reports = ScheduledReports(site.config, site.state, clock, self.plan)  # type: ignore[arg-type]
        self.reports.plan(self.service)
        return self.reports

    async def _make(self, config: object, name: str, month: str) -> str:
        self.reports.plan(self.service)  # a reload in between plans nothing twice
        if self.error:
            raise BadInput(f"{month}: {self.error}")
        self.made.append(f"{name} {month}")
        return "somewhere"

    @property
    def next(self) -> float:
        return self.plan.jobs["report:heads"][0]


@pytest.fixture
def play(site: Site, monkeypatch: pytest.MonkeyPatch) -> Play:
    return Play(site, monkeypatch)


def test_a_new_report_begins_with_the_running_month(play: Play) -> None:
    assert play.next == at("2026-09-02T06:00:00")
    assert report_months.load(play.state) == {"heads": "2026-07"}
    play.clock.set(play.next)
    play.plan.run("report:heads")
    assert play.made == ["heads 2026-08"]
    assert play.next == at("2026-10-02T06:00:00")


def test_missed_months_are_made_at_the_start(play: Play, site: Site) -> None:
    play.clock.set(at("2026-11-10T00:00:00"))
    play.begin(site)
    assert play.next == play.clock.now()
    play.plan.run("report:heads")
    assert play.made == ["heads 2026-08", "heads 2026-09", "heads 2026-10"]
    assert play.next == at("2026-12-02T06:00:00")
    assert play.reports.findings() == []


def test_a_failure_is_a_finding_until_it_is_made(play: Play) -> None:
    play.clock.set(at("2026-10-03T00:00:00"))
    play.reports.plan(play.service)
    play.error = "the folder is full"
    play.plan.run("report:heads")
    [finding] = play.reports.findings()
    assert str(finding.text) == "report 'heads' was not made: 2026-08: the folder is full"
    [failed] = play.reports.failed()
    assert (failed.name, failed.at, str(failed.reason)) == (
        "heads", utc_iso(play.clock.now()), "2026-08: the folder is full"
    )  # fmt: skip
    assert play.next == play.clock.now() + RETRY_SECONDS
    play.reports.plan(play.service)
    assert play.next == play.clock.now() + RETRY_SECONDS
    play.error = ""
    play.clock.set(play.next)
    play.plan.run("report:heads")
    assert play.made == ["heads 2026-08", "heads 2026-09"]
    assert play.reports.findings() == []


def test_a_report_that_is_configured_no_more_is_forgotten(play: Play) -> None:
    play.clock.set(at("2026-10-03T00:00:00"))
    play.error = "no"
    play.reports.plan(play.service)
    play.plan.run("report:heads")
    play.service.reports.clear()
    play.reports.plan(play.service)
    assert play.plan.jobs == {} and play.reports.findings() == []


def test_a_damaged_record_is_a_finding_and_looked_at_again(play: Play) -> None:
    file = play.state / report_months.FILE
    kept = file.read_text()
    file.write_text("{")
    play.reports.plan(play.service)
    assert "not a record" in str(play.reports.findings()[0].text)
    file.write_text(kept)
    play.plan.run("report:heads")
    assert play.reports.findings() == [] and play.next == at("2026-09-02T06:00:00")


def test_a_rehearsal_makes_no_report(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(site, monkeypatch, offset=86_400.0)
    assert play.plan.jobs == {}
    assert not (play.state / report_months.FILE).exists()
