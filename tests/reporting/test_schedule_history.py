"""RPT-3: the schedule in force is the one that was in force in the period, not the one of the day of the report."""

from __future__ import annotations

from datetime import date

import pytest

from sm_dns.monitor.figures.local_hours import Span
from sm_dns.monitor.store.coverage import Version
from sm_dns.policy import schedule_versions
from sm_dns.policy.schedule import Schedule
from sm_dns.report.records import ScheduleUse, ScheduleVersion
from sm_dns.reporting.schedule_history import WEEK, day_hours, noted_versions, states
from tests.support import ump

DENIED_ALL_DAY = {"weekend_mode": "closed"}
OLD = schedule_versions.write({"default": {"after_start": "17:00"}})
NEW = schedule_versions.write({"default": {}})
PERIOD = Span(ump.at(0, 0), ump.at(6, 0))


@pytest.mark.parametrize(
    ("day", "document", "spans"),
    [
        (date(2026, 8, 10), {}, ((0, 450), (780, 840), (1050, 1440))),  # Monday
        (date(2026, 8, 14), {}, ((0, 450), (735, 885), (1050, 1440))),  # Friday
        (date(2026, 8, 15), {}, ((0, 1440),)),
        (date(2026, 8, 16), DENIED_ALL_DAY, ()),
    ],
)
def test_the_hours_of_a_day_are_those_of_the_circular(
    day: date, document: dict[str, object], spans: tuple[tuple[int, int], ...]
) -> None:
    assert day_hours(Schedule.from_json(document), day).spans == spans


def noted(at: float, text: str, source: str = "hq") -> Version:
    return Version(source, at, "schedule", text)


def found(*versions: Version) -> list[ScheduleVersion]:
    lists = Version("hq", ump.at(0, 0), "lists", "v1")
    zone = Schedule.from_json({}).zone
    return noted_versions((*versions, lists), PERIOD, zone)


def evenings(version: ScheduleVersion) -> dict[date, int]:
    """When the last stretch of each day that is shown begins, in minutes."""
    assert version.schedules is not None
    return {day.day: day.spans[-1][0] for day in version.schedules[0].week}


def test_one_that_was_noted_before_the_period_holds_for_all_of_it() -> None:
    [version] = found(noted(ump.at(-90, 3), OLD))
    assert (version.version, version.uses) == (
        schedule_versions.version(OLD), (ScheduleUse("hq", ump.at(-90, 3), None),)
    )  # fmt: skip
    assert evenings(version) == {ump.FIRST: 0} | {date(2010, 1, day): 17 * 60 for day in range(4, 9)}


def test_a_change_in_the_period_shows_both_with_their_dates() -> None:
    old, new = found(noted(ump.at(-9, 0), OLD), noted(ump.at(2, 10), NEW))
    assert old.uses == (ScheduleUse("hq", ump.at(-9, 0), ump.at(2, 10)),)
    assert new.uses == (ScheduleUse("hq", ump.at(2, 10), None),)
    assert list(evenings(old)) == [date(2010, 1, day) for day in (3, 4, 5)]
    assert evenings(new) == {date(2010, 1, day): 17 * 60 + 30 for day in (5, 6, 7, 8)}


def test_one_that_came_back_is_one_version_with_two_uses() -> None:
    old, new = found(noted(ump.at(-9, 0), OLD), noted(ump.at(2, 0), NEW), noted(ump.at(3, 0), OLD))
    assert [(use.since, use.until) for use in old.uses] == [
        (ump.at(-9, 0), ump.at(2, 0)),
        (ump.at(3, 0), None),
    ]
    assert list(evenings(new)) == [date(2010, 1, 5)]


def test_resolvers_may_differ() -> None:
    first, second = found(noted(ump.at(-9, 0), OLD), noted(ump.at(-8, 0), NEW, "branch"))
    assert [use.source for version in (first, second) for use in version.uses] == ["hq", "branch"]


def test_a_record_of_another_sm_dns_is_not_guessed_at() -> None:
    [version] = found(noted(ump.at(0, 0), '{"default": {"siesta": true}}'))
    assert (version.schedules, len(version.uses)) == (None, 1)


def test_a_week_of_hours_at_most() -> None:
    [state] = states({"default": Schedule.from_json({})}, date(2026, 8, 1), date(2026, 8, 31))
    assert (state.name, state.since, len(state.week)) == ("default", None, WEEK)
