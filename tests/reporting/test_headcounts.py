from __future__ import annotations

from datetime import date
from pathlib import Path

from sm_dns.monitor.headcount import Base
from sm_dns.reporting.headcounts import department_bases, numbers, whole_base
from tests.settings.blocks.test_monitoring import load

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def test_a_plain_number_holds_for_all_time_and_none_is_none(tmp_path: Path) -> None:
    given = load(tmp_path, "monitoring: {departments: [{name: A, base: 3}, {name: B}]}\n").monitoring
    assert whole_base(given, FIRST, LAST) == Base()
    found = department_bases(given, FIRST, LAST)
    assert (found, numbers(found)) == ({"A": Base(3), "B": Base()}, {"A": 3})


def test_dated_numbers_are_chosen_by_the_period(tmp_path: Path) -> None:
    dated = "[{from: 2025-01-01, base: 90}, {from: 2026-04-01, base: 95}]"
    given = load(
        tmp_path, f"monitoring: {{base: {dated}, departments: [{{name: A, base: {dated}}}]}}\n"
    ).monitoring
    assert whole_base(given, FIRST, LAST) == Base(90, date(2025, 1, 1))
    assert department_bases(given, FIRST, LAST) == {"A": Base(90, date(2025, 1, 1))}
    assert numbers(department_bases(given, date(2024, 1, 1), date(2024, 1, 2))) == {}
