from __future__ import annotations

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

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


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["Asia/Kuala_Lumpur", "Europe/Berlin"]))
def test_the_stretches_of_a_day_cover_it_and_alternate(day: date, zone: str) -> None:
    (found,) = timeline.days(Schedule.from_json({"timezone": zone}), day, 1)
    stretches = found.stretches
    assert (stretches[0].start, stretches[-1].end) == (0, 1440)
    for before, after in itertools.pairwise(stretches):
        assert before.end == after.start and before.open is not after.open


def test_the_local_day_and_minute_of_an_instant() -> None:
    assert timeline.today(SCHEDULE, 1786334400.9) == date(2026, 8, 10)
    assert timeline.minute_of_day(SCHEDULE, 1786334400.9) == 720
    assert timeline.is_working(SCHEDULE, date(2026, 8, 10))
    assert not timeline.is_working(SCHEDULE, date(2026, 8, 31))
