from __future__ import annotations

from datetime import date

from sm_dns.policy.schedule import Schedule
from sm_dns.web.data import timeline

SCHEDULE = Schedule.from_json({"holidays": {"2026-08-31": "National Day"}})


def test_a_week_with_its_holiday() -> None:
    friday, saturday, sunday, monday = timeline.days(SCHEDULE, date(2026, 8, 28), 4)
    assert [(each.start, each.end, each.open) for each in friday.stretches] == [
        (0, 450, True),
        (450, 735, False),
        (735, 885, True),
        (885, 1050, False),
        (1050, 1440, True),
    ]
    assert (friday.weekday, friday.day_class, friday.holiday) == (4, "WORK", "")
    for day in (saturday, sunday, monday):
        assert day.stretches == (timeline.Stretch(0, 1440, True),)
    assert (monday.day_class, monday.holiday) == ("HOLIDAY_OPEN", "National Day")


def test_the_local_day_of_an_instant() -> None:
    assert timeline.today(SCHEDULE, 1786334400.9) == date(2026, 8, 10)
