from __future__ import annotations

from datetime import date, timedelta

import pytest

from sm_dns.monitor.figures.local_hours import HOUR, converter, dates, span
from sm_dns.monitor.selection import Selection
from sm_dns.util.errors import BadInput


def selection(first: date, last: date, zone: str = "Asia/Kuala_Lumpur") -> Selection:
    return Selection((), first, last, 0, 24, zone=zone)


def test_the_days_of_kuala_lumpur_begin_at_four_in_the_afternoon_utc() -> None:
    chosen = selection(date(2010, 1, 3), date(2010, 1, 8))
    when = span(chosen)
    assert (when.since, when.until - when.since) == (1_262_448_000, 6 * 24 * HOUR)
    assert converter(chosen)(when.since) == (date(2010, 1, 3), 0)
    assert converter(chosen)(when.until - HOUR) == (date(2010, 1, 8), 23)
    assert len(dates(chosen)) == 6


def test_a_day_of_a_band_over_midnight_goes_from_its_end_to_its_end() -> None:
    night = Selection((), date(2010, 1, 3), date(2010, 1, 4), 22, 6)
    when, local = span(night), converter(night)
    assert (when.since, when.until) == (1_262_448_000 + 6 * HOUR, 1_262_448_000 + 54 * HOUR)
    assert local(when.since) == (date(2010, 1, 3), 6)
    assert local(when.since - HOUR) == (date(2010, 1, 2), 5)
    assert local(when.until - HOUR) == (date(2010, 1, 4), 5)
    assert local(when.until) == (date(2010, 1, 5), 6)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Havana", "Asia/Beirut", "Africa/Cairo"])
@pytest.mark.parametrize("band", [(22, 6), (23, 1), (22, 2), (20, 3)])
def test_no_hour_is_of_two_days_or_none_when_clocks_change(zone: str, band: tuple[int, int]) -> None:
    """Each day of the year by itself gives every hour of the year once, and its own alone."""
    first, last = date(2023, 1, 1), date(2023, 12, 31)
    found: list[int] = []
    for number in range(365):
        day = first + timedelta(days=number)
        one = Selection((), day, day, *band, zone=zone)
        when, local = span(one), converter(one)
        hours = range(when.since, when.until, HOUR)
        assert {local(at).day for at in hours} == {day}
        found += hours
    whole = span(Selection((), first, last, *band, zone=zone))
    assert found == list(range(whole.since, whole.until, HOUR))


def test_a_day_with_a_clock_change_has_23_or_25_hours() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        when = span(selection(day, day, "Europe/Berlin"))
        assert (when.until - when.since) // HOUR == hours


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_zones_beside_the_hour_are_refused(zone: str) -> None:
    with pytest.raises(BadInput, match="whole hours"):
        span(selection(date(2026, 7, 1), date(2026, 7, 1), zone))


def test_kuala_lumpur_had_half_hours_before_1982() -> None:
    with pytest.raises(BadInput, match="whole hours"):
        span(selection(date(1981, 12, 30), date(1982, 1, 2)))
