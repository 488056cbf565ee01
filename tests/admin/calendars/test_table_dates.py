"""Dates as offices write them, and what only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.calendars.table_dates import DAY, MONTH, Dates, dates_of, orders_of, weekdays_of
from sm_dns.util.errors import BadInput


def days(cell: str, year: int | None = None) -> list[str]:
    found = dates_of(cell, year)
    assert found is not None
    assert not found.is_conditional
    return [day.isoformat() for day in found.days]


@pytest.mark.parametrize(
    "cell",
    [
        "17/2/2026",
        "17/02/2026",
        "17.2.2026",
        "17-2-2026",
        "2026-02-17",
        "2026-02-17 00:00:00",
        "17/2/2026 12:00 AM",
        "17 Februari 2026",
        "17 FEB 2026",
        "17hb. Februari 2026",
        "Selasa, 17 Februari 2026",
        "17 Februari 2026 (Selasa)",
        "February 17, 2026",
        "Tue, 17th Feb 2026",
        " 17  Feb.  2026 ",
    ],
)
def test_one_day_in_many_forms(cell: str) -> None:
    assert days(cell) == ["2026-02-17"]


def test_every_month_in_both_languages() -> None:
    rows = (
        "Januari January,Februari February,Mac March,April April,Mei May,Jun June,Julai July,Ogos August,"
        "September September,Oktober October,November November,Disember December"
    )
    for number, row in enumerate(rows.split(","), 1):
        for name in row.split():
            assert days(f"3 {name} 2027") == [date(2027, number, 3).isoformat()]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("17 & 18 Februari 2026", ["2026-02-17", "2026-02-18"]),
        ("21 dan 22 Mac 2026", ["2026-03-21", "2026-03-22"]),
        ("21, 22 Mac 2026", ["2026-03-21", "2026-03-22"]),
        ("21 - 23 Mac 2026", ["2026-03-21", "2026-03-22", "2026-03-23"]),
        ("30 Mei hingga 1 Jun 2026", ["2026-05-30", "2026-05-31", "2026-06-01"]),
        ("17/2/2026 - 18/2/2026", ["2026-02-17", "2026-02-18"]),
    ],
)
def test_several_days(cell: str, expected: list[str]) -> None:
    assert days(cell) == expected


def test_a_date_as_a_spreadsheet_writes_it_by_itself() -> None:
    """Excel makes `1-Jan-27` of "1 Jan 2027"; a month in letters leaves nothing to guess."""
    assert days("1-Jan-27") == days("01-JAN-27") == ["2027-01-01"]
    assert days("17-Ogos-26") == ["2026-08-17"]


@pytest.mark.parametrize(
    ("cell", "orders"),
    [
        ("2/1/2027", {DAY, MONTH}),
        ("20/5/2027", {DAY}),
        ("Thu 5/20/2027", {MONTH}),
        ("3/3/2027", set()),
        ("2027-01-02", set()),
        ("1 Mei 2027", set()),
        ("31/31/2027", set()),
    ],
)
def test_what_a_date_in_numbers_may_begin_with(cell: str, orders: set[str]) -> None:
    assert orders_of(cell) == orders


def test_one_of_two_days_is_conditional() -> None:
    both = (date(2026, 3, 20), date(2026, 3, 23))
    assert dates_of("20 atau 23 Mac 2026", None) == Dates(both, is_conditional=True, is_marked=False)
    assert dates_of("20 Mac (Jumaat) or 23 Mac 2026 (Isnin)", None) == Dates(both, True, False)


def test_a_star_marks_what_may_change() -> None:
    found = dates_of("17 Februari 2026*", None)
    assert found is not None and found.is_marked


def test_a_date_without_a_year_takes_the_one_that_is_said() -> None:
    assert days("1 Mei", 2027) == ["2027-05-01"]
    with pytest.raises(BadInput, match="--year"):
        dates_of("1 Mei", None)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2/17/2026", "month 17 .the day comes first"),
        ("30 Februari 2026", "no day 30, month 2"),
        ("2027-02-29", "no day 29"),
        ("17/2/26", "four digits"),
        ("17 Feb 26", "four digits"),
        ("Rabu, 17 Februari 2026", "another weekday"),
        ("20 Mac (Isnin) atau 23 Mac 2026 (Isnin)", "2026-03-20 is another weekday"),
        ("1 Jan 2026 - 31 Dis 2026", "no stretch"),
        ("5 Mac 2026 - 1 Mac 2026", "no stretch"),
        ("1/1/0001", "no year of a calendar"),
        ("31/12/9999", "no year of a calendar"),
    ],
)
def test_what_cannot_be_a_date_says_why(cell: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        dates_of(cell, None)


@pytest.mark.parametrize(
    "cell", ["", "1", "2026", "Hari Pekerja", "1 Mei Hari Pekerja", "Mac", "45292", "x" * 999]
)
def test_what_is_no_date(cell: str) -> None:
    assert dates_of(cell, 2026) is None


def test_names_of_days() -> None:
    assert weekdays_of("Jumaat") == weekdays_of("Juma'at") == weekdays_of("Fri.") == [4]
    assert weekdays_of("Selasa & Rabu") == weekdays_of("Tuesday and Wednesday") == [1, 2]
    assert weekdays_of("Ahad") == weekdays_of("SUN") == [6]
    assert weekdays_of("Hari Wesak") is weekdays_of("") is weekdays_of("1") is None


_PIECES = st.sampled_from(
    [
        "1",
        "31",
        "2026",
        "17/2/2026",
        "Mac",
        "feb",
        "atau",
        "-",
        "&",
        ",",
        "Isnin",
        "*",
        "(",
        ")",
        "x",
        "2026-02-17",
        "٣",
    ]
)


@given(
    st.lists(_PIECES, max_size=8).map(" ".join) | st.text(max_size=40), st.none() | st.integers(1970, 2100)
)
def test_any_cell_gives_days_or_none_or_bad_input(cell: str, year: int | None) -> None:
    try:
        found = dates_of(cell, year)
    except BadInput:
        return
    assert found is None or all(1970 <= day.year <= 2100 for day in found.days)
