"""Conditional holidays, days kept and periods in an accepted calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sm_dns.admin.calendars import corrections
from sm_dns.admin.calendars.accepted_calendars import merge
from sm_dns.admin.calendars.calendar_files import CalendarFile, Line, accepted_path, written
from sm_dns.admin.calendars.calendar_periods import written_period
from sm_dns.policy.schedule import Schedule
from sm_dns.util.errors import BadInput
from tests.support.changes import put

TEXT = """\
accepted 2026-01-01T00:00:00Z by officer1: compared
holiday 2026-08-31 Hari Kebangsaan / National Day
conditional 2026-03-20 2026-03-23 Tambahan / Additional
period 2026-02-19 2026-03-19 rest=13:00-13:30 after_start=17:00 Ramadan
"""
BOTH = (date(2026, 3, 20), date(2026, 3, 23))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    accepted_path(tmp_path, "pjy", 2026).write_text(TEXT)
    return tmp_path


def make(folder: Path, calendar: CalendarFile) -> CalendarFile:
    put(written(accepted_path(folder, "pjy", calendar.year), calendar))
    return corrections.accepted_year(folder, "pjy", calendar.year)


def holidays(calendar: CalendarFile) -> set[str]:
    return set(merge({}, [calendar])["holidays"])


def test_until_it_is_settled_each_possible_day_is_an_ordinary_one(folder: Path) -> None:
    assert holidays(corrections.accepted_year(folder, "pjy", 2026)) == {"2026-08-31"}


@pytest.mark.parametrize("day", BOTH)
def test_settled_it_is_on_that_day_alone(folder: Path, day: date) -> None:
    settled = make(folder, corrections.settled(folder, "pjy", day))
    assert holidays(settled) == {"2026-08-31", day.isoformat()}
    assert settled.unsettled == []
    assert settled.holidays[day].text == "Tambahan / Additional"
    with pytest.raises(BadInput, match="no conditional holiday"):
        corrections.settled(folder, "pjy", day)


def test_settled_on_a_day_that_is_a_holiday_by_then(folder: Path) -> None:
    calendar = corrections.accepted_year(folder, "pjy", 2026)
    lines = (*calendar.lines, Line("holiday", BOTH[1], "Raya"), Line("extra", BOTH[0], "Declared"))
    make(folder, CalendarFile("pjy", 2026, calendar.accepted, lines))
    for day in BOTH:
        assert corrections.settled(folder, "pjy", day).holidays[day].text == "Tambahan / Additional"


def test_a_day_that_is_none_of_its_days(folder: Path) -> None:
    with pytest.raises(BadInput, match="there are: conditional 2026-03-20 2026-03-23 Tambahan"):
        corrections.settled(folder, "pjy", date(2026, 3, 21))
    with pytest.raises(BadInput, match="not accepted yet"):
        corrections.settled(folder, "pjy", date(2027, 3, 21))


def test_it_is_taken_back_by_any_of_its_days(folder: Path) -> None:
    assert make(folder, corrections.without_day(folder, "pjy", BOTH[1], "w")).unsettled == []


def test_a_day_of_it_is_not_declared_beside_it(folder: Path) -> None:
    with pytest.raises(BadInput, match="`sm-dns calendar settle 2026-03-23`"):
        corrections.with_line(folder, "pjy", Line("extra", BOTH[1], "x"))
    with pytest.raises(BadInput, match="2026-08-31 is a holiday already"):
        line = Line("conditional", date(2026, 8, 30), "x", others=(date(2026, 8, 31),))
        corrections.with_line(folder, "pjy", line)


@pytest.mark.parametrize("kind", ["workday", "half-day"])
def test_a_day_of_it_is_not_given_another_kind_before_it_is_settled(folder: Path, kind: str) -> None:
    ends = "12:30" if kind == "half-day" else None
    with pytest.raises(BadInput, match="`sm-dns calendar settle 2026-03-23`"):
        corrections.with_line(folder, "pjy", Line(kind, BOTH[1], "x", ends))


def test_no_holiday_is_put_on_a_day_that_is_said_to_be_one_of_work(folder: Path) -> None:
    """It would stay a day of work, and nobody would be told."""
    day, calendar = date(2026, 9, 1), corrections.accepted_year(folder, "pjy", 2026)
    lines = (*calendar.lines, Line("workday", day, "w"), Line("workday", BOTH[0], "w"))
    make(folder, CalendarFile("pjy", 2026, calendar.accepted, lines))
    with pytest.raises(BadInput, match="has a line `workday 2026-09-01` already"):
        corrections.with_line(folder, "pjy", Line("extra", day, "x"))
    with pytest.raises(BadInput, match="has a line `workday 2026-09-01` already"):
        corrections.with_line(folder, "pjy", Line("conditional", date(2026, 8, 30), "x", others=(day,)))
    with pytest.raises(BadInput, match="has a line `workday 2026-03-20` already"):
        corrections.settled(folder, "pjy", BOTH[0])
    assert BOTH[1] in corrections.settled(folder, "pjy", BOTH[1]).holidays


def test_a_day_that_is_kept_and_then_corrected_after_all(folder: Path) -> None:
    day = date(2026, 8, 31)
    kept = make(folder, corrections.with_kept(folder, "pjy", day, "gazette"))
    assert kept.of("kept")[day].text == "gazette"
    assert make(folder, corrections.with_kept(folder, "pjy", day, "letter")).of("kept")[day].text == "letter"
    removed = make(folder, corrections.without_day(folder, "pjy", day, "cancelled"))
    assert (day in removed.holidays, removed.of("kept")) == (False, {})
    make(folder, corrections.with_kept(folder, "pjy", date(2026, 9, 1), "w"))
    taken = make(folder, corrections.without_day(folder, "pjy", date(2026, 9, 1), "w"))
    assert taken.of("kept") == {}


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [
        ("2026-03-20", "2026-03-30", False),
        ("2026-03-19", "2026-03-30", True),
        ("2026-02-01", "2026-02-18", False),
        ("2026-02-01", "2026-02-19", True),
        ("2026-01-01", "2026-12-31", True),
        ("2026-03-01", "2026-03-01", True),
    ],
)
def test_periods_do_not_overlap(folder: Path, first: str, last: str, overlaps: bool) -> None:
    wanted = written_period(first, last, "Other", ["after_start=16:00"])
    if overlaps:
        with pytest.raises(BadInput, match="overlap those of another period: period 2026-02-19"):
            corrections.with_period(folder, "pjy", wanted)
    else:
        changed = make(folder, corrections.with_period(folder, "pjy", wanted))
        assert {each.name for each in changed.periods} == {"Ramadan", "Other"}


def test_the_edges_of_a_period_are_its_first_and_its_last_day(folder: Path) -> None:
    calendar = corrections.accepted_year(folder, "pjy", 2026)
    schedule = Schedule.from_json(merge({}, [calendar]))
    ends = [schedule.hours_on(date(2026, *day)).after_start for day in ((2, 18), (2, 19), (3, 19), (3, 20))]
    assert ends == [17 * 60 + 30, 17 * 60, 17 * 60, 17 * 60 + 30]


def test_a_period_over_the_end_of_a_year(folder: Path) -> None:
    late = written_period("2026-12-20", "2027-01-05", "Cuti sekolah", ["after_start=16:00"])
    make(folder, corrections.with_period(folder, "pjy", late))
    accepted_path(folder, "pjy", 2027).write_text("accepted 2026-12-01T00:00:00Z by o: w\n")
    with pytest.raises(BadInput, match="overlap"):
        corrections.with_period(
            folder, "pjy", written_period("2027-01-05", "2027-01-06", "x", ["rest=12:00-13:00"])
        )
    changed = corrections.without_period(folder, "pjy", date(2027, 1, 5))
    assert (changed.year, [each.name for each in changed.periods]) == (2026, ["Ramadan"])


def test_a_period_is_taken_away_by_any_of_its_days(folder: Path) -> None:
    for day in (date(2026, 2, 19), date(2026, 3, 1), date(2026, 3, 19)):
        assert corrections.without_period(folder, "pjy", day).periods == ()
    with pytest.raises(BadInput, match="has no period on 2026-03-20"):
        corrections.without_period(folder, "pjy", date(2026, 3, 20))


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (lambda: written_period("2026-02-30", "2026-03-01", "x", ["after_start=17:00"]), "a date"),
        (lambda: written_period("2026-03-02", "2026-03-01", "x", ["after_start=17:00"]), "before it starts"),
        (lambda: written_period("2026-03-02", "2028-03-01", "x", ["after_start=17:00"]), "is not in 2026"),
        (lambda: written_period("2026-03-02", "2026-03-03", "x", []), "changes nothing"),
        (lambda: written_period("2026-03-02", "2026-03-03", "x", ["after_start"]), "KEY=VALUE"),
        (lambda: written_period("2026-03-02", "2026-03-03", "x", ["lunch=12:00"]), "unknown key"),
        (lambda: written_period("2026-03-02", "2026-03-03", "x", ["after_start=25:00"]), "HH:MM"),
        (
            lambda: written_period("2026-03-02", "2026-03-03", "x", ["rest=1:00-2:00", "REST=3:00-4:00"]),
            "twice",
        ),
        (lambda: written_period("2026-03-02", "2026-03-03", " ", ["after_start=17:00"]), "needs a name"),
        (lambda: written_period("2026-03-02", "2026-03-03", "a=b", ["after_start=17:00"]), "needs a name"),
    ],
)
def test_a_period_that_cannot_be(asked: Callable[[], object], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        asked()


def test_a_name_of_several_lines_is_one_line() -> None:
    made = written_period("2026-03-02", "2026-03-03", "a\nholiday 2026-03-02 b", ["after_start=17:00"])
    assert made.source == "period 2026-03-02 2026-03-03 after_start=17:00 a holiday 2026-03-02 b"
    assert (made.name, made.hours) == ("a holiday 2026-03-02 b", ("after_start=17:00",))
