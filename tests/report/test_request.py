from __future__ import annotations

from datetime import date

import pytest

from sm_dns.monitor.selection import OUTCOMES
from sm_dns.report.request import parse_band, parse_day, parse_decisions, parse_month
from sm_dns.util.errors import BadInput


def test_bands_are_whole_hours_and_may_go_over_midnight() -> None:
    assert parse_band("08:00-09:00") == (8, 9)
    assert parse_band("00:00-24:00") == (0, 24)
    assert parse_band("22:00-06:00") == (22, 6)
    assert parse_band("22:00-00:00") == (22, 24)
    for text in (
        "08:30-09:00",
        "8-9",
        "08:00-08:00",
        "00:00-00:00",
        "24:00-06:00",
        "23:00-25:00",
        "",
        "08:00-09:00 ",
        "０８:00-09:00",
    ):
        with pytest.raises(BadInput, match="band of whole hours"):
            parse_band(text)


def test_days_and_months() -> None:
    assert parse_day("2010-01-03") == date(2010, 1, 3)
    assert parse_month("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    for text in ("2010-02-30", "3 January", ""):
        with pytest.raises(BadInput, match="expected a date"):
            parse_day(text)
    for text in ("2010-13", "2010-00", "0000-01", "2010", "2010-01-01"):
        with pytest.raises(BadInput, match="expected a month"):
            parse_month(text)


def test_decisions_stand_in_one_order_and_none_means_all() -> None:
    assert parse_decisions([]) == OUTCOMES
    assert parse_decisions(["would-deny", "permitted", "permitted"]) == ("permitted", "would_deny")
    with pytest.raises(BadInput, match="no decision 'blocked'"):
        parse_decisions(["blocked"])
