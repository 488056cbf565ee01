from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sm_dns.i18n import dates
from tests.policy.office import at

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")


@pytest.mark.parametrize(
    ("clock", "malay", "english"),
    [
        ("07:30", "7.30 pagi", "07:30"),
        ("12:15", "12.15 tengah hari", "12:15"),
        ("17:30", "5.30 petang", "17:30"),
        ("00:05", "12.05 tengah malam", "00:05"),
        ("00:00", "12.00 tengah malam", "00:00"),
        ("00:01", "12.01 tengah malam", "00:01"),
        ("11:59", "11.59 pagi", "11:59"),
        ("12:00", "12.00 tengah hari", "12:00"),
        ("12:01", "12.01 tengah hari", "12:01"),
        ("18:59", "6.59 petang", "18:59"),
        ("19:00", "7.00 malam", "19:00"),
        ("23:59", "11.59 malam", "23:59"),
    ],
)
def test_times(clock: str, malay: str, english: str) -> None:
    assert dates.time_ms(time.fromisoformat(clock)) == malay
    assert dates.time_en(time.fromisoformat(clock)) == english


def test_dates() -> None:
    day = date(2026, 8, 31)
    assert (dates.date_ms(day), dates.date_en(day)) == ("31 Ogos 2026", "31 August 2026")
    assert (dates.weekday_ms(day), dates.weekday_en(day)) == ("Isnin", "Monday")
    assert dates.moment_en(at("2026-08-16T07:05"), KUALA_LUMPUR) == "Sunday, 16 August 2026, 07:05"
    months = {dates.date_ms(date(2026, month, 1)).split()[1] for month in range(1, 13)}
    assert months == set(
        "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember".split()  # noqa: SIM905
    )
    week = [dates.weekday_ms(day + timedelta(days=shift)) for shift in range(7)]
    assert week == ["Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu", "Ahad"]
