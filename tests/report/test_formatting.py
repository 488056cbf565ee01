from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sm_dns.monitor.model import Cell
from sm_dns.report import formatting
from tests.support import ump


@pytest.mark.parametrize(
    ("language", "first", "last", "text"),
    [
        ("ms", date(2010, 1, 3), date(2010, 1, 8), "3 hingga 8 Januari 2010"),
        ("en", date(2010, 1, 3), date(2010, 1, 8), "3 to 8 January 2010"),
        ("ms", date(2026, 8, 31), date(2026, 9, 2), "31 Ogos hingga 2 September 2026"),
        ("en", date(2025, 12, 31), date(2026, 1, 1), "31 December 2025 to 1 January 2026"),
        ("ms", date(2026, 3, 1), date(2026, 3, 1), "1 Mac 2026"),
    ],
)
def test_ranges_say_once_what_their_ends_share(language: str, first: date, last: date, text: str) -> None:
    assert formatting.range_text(language, first, last) == text


@pytest.mark.parametrize(
    ("language", "band", "text"),
    [
        ("ms", (8, 9), "8.00 pagi hingga 9.00 pagi"),
        ("en", (8, 9), "08:00 to 09:00"),
        ("ms", (12, 19), "12.00 tengah hari hingga 7.00 malam"),
        ("ms", (0, 24), "sepanjang hari"),
        ("en", (0, 24), "the whole day"),
        ("en", (0, 23), "00:00 to 23:00"),
        ("ms", (23, 24), "11.00 malam hingga 12.00 tengah malam"),
    ],
)
def test_bands(language: str, band: tuple[int, int], text: str) -> None:
    assert formatting.band_text(language, *band) == text


def test_moments_are_local() -> None:
    zone = ZoneInfo("Asia/Kuala_Lumpur")
    assert formatting.moment_text("ms", ump.at(1, 13), zone) == "4 Januari 2010, 1.00 tengah hari"
    assert formatting.moment_text("en", ump.at(1, 13), zone) == "4 January 2010, 13:00"


def test_counts_that_are_kept_back_show_a_sign() -> None:
    cells = (Cell(0), Cell(1310), Cell(None, "small"), Cell(None, "protect"))
    assert [formatting.cell_text("ms", cell, 5) for cell in cells] == ["0", "1310", "<5", "(*)"]


def test_a_percentage_that_is_none_is_said() -> None:
    assert formatting.percent_text("en", Decimal("0.13")) == "0.13%"
    assert (formatting.percent_text("en", None), formatting.percent_text("ms", None)) == ("n/a", "t.b.")


def test_days_and_hours_of_tables() -> None:
    assert formatting.short_day_text("ms", date(2010, 1, 4)) == "Isn 04/01"
    assert (formatting.hour_text(8), formatting.hour_text(23)) == ("08–09", "23–24")
    assert formatting.weekday_text("en", date(2010, 1, 4)) == "Monday"
