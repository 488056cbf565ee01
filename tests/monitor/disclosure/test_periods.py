"""Fixed stretches of the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from sm_dns.monitor.disclosure.periods import (
    PERIOD_KINDS,
    PeriodKind,
    last_over,
    parse_period,
    period_of,
)
from sm_dns.util.errors import BadInput


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("2026-10-05", "day", date(2026, 10, 5), date(2026, 10, 5)),
        ("2026-W41", "week", date(2026, 10, 5), date(2026, 10, 11)),
        ("2026-w01", "week", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-W53", "week", date(2026, 12, 28), date(2027, 1, 3)),
        ("2028-02", "month", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", "month", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-q4", "quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_names(text: str, kind: PeriodKind, first: date, last: date) -> None:
    period = parse_period(text)
    assert (period.kind, period.first, period.last, period.name) == (kind, first, last, text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-W54",
        "2025-W53",
        "2026-02-30",
        "0000",
        "2026-1",
        "2026-10-",
    ],
)
def test_no_period(text: str) -> None:
    with pytest.raises(BadInput, match="expected a day such as 2026-10-05"):
        parse_period(text)


@pytest.mark.parametrize("kind", PERIOD_KINDS)
def test_periods_of_a_kind_follow_each_other_without_a_gap(kind: PeriodKind) -> None:
    period = period_of(kind, date(2028, 3, 1))
    for _ in range(60):
        before = period.before
        assert (period.first - before.last).days == 1
        assert parse_period(before.name) == before
        assert period_of(kind, before.first) == period_of(kind, before.last) == before
        period = before


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("day", "2026-11-28"),
        ("week", "2026-W47"),
        ("month", "2026-10"),
        ("quarter", "2026-Q3"),
        ("year", "2025"),
    ],
)
def test_the_last_that_is_over(kind: PeriodKind, name: str) -> None:
    today = date(2026, 11, 29)  # a Sunday, the last day of a week that is not over yet
    assert last_over(kind, today).name == name
    assert last_over(kind, today).is_over(today)
    assert not period_of(kind, today).is_over(today)


def test_before_the_first() -> None:
    with pytest.raises(BadInput, match="no period before 0001"):
        _ = parse_period("0001").before
