from __future__ import annotations

from datetime import date
from pathlib import Path

from sm_dns.monitor.headcount import Base, Headcount
from sm_dns.reporting.headcounts import department_headcounts, whole_headcount
from tests.settings.blocks.test_monitoring import load

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def over(headcount: Headcount) -> Base:
    return headcount.over(FIRST, LAST, [FIRST, LAST])


def test_a_plain_number_holds_for_all_time_and_none_is_none(tmp_path: Path) -> None:
    given = load(tmp_path, "monitoring: {departments: [{name: A, base: 3}, {name: B}]}\n").monitoring
    assert over(whole_headcount(given)) == Base()
    found = department_headcounts(given)
    assert {name: over(each) for name, each in found.items()} == {"A": Base(3), "B": Base()}


def test_dated_numbers_are_chosen_by_the_period(tmp_path: Path) -> None:
    dated = "[{from: 2025-01-01, base: 90}, {from: 2026-04-01, base: 95}]"
    given = load(
        tmp_path, f"monitoring: {{base: {dated}, departments: [{{name: A, base: {dated}}}]}}\n"
    ).monitoring
    assert over(whole_headcount(given)) == Base(90, date(2025, 1, 1))
    assert over(department_headcounts(given)["A"]) == Base(90, date(2025, 1, 1))
    assert department_headcounts(given)["A"].on(date(2024, 1, 2)) is None


def test_numbers_by_weekday_are_those_of_the_weekdays(tmp_path: Path) -> None:
    given = load(
        tmp_path,
        "monitoring: {base: [{from: 2025-01-01, base: 90},"
        " {from: 2026-03-16, base: {MON: 90, TUE-THU: 60, Friday: 90}}],"
        " departments: [{name: A, base: {mon: 9, FRI-SUN: 4}}]}\n",
    ).monitoring
    whole = whole_headcount(given)
    tuesdays = (date(2026, 3, 10), date(2026, 3, 17))
    assert [whole.on(day) for day in tuesdays] == [90, 60]
    assert whole.on(date(2026, 3, 21)) is None  # Saturday
    assert [department_headcounts(given)["A"].on(date(2026, 3, day)) for day in (16, 17, 20, 22)] == [
        9,
        None,
        4,
        4,
    ]
