from __future__ import annotations

from sm_dns.policy.schedule import Schedule
from sm_dns.portal.page.hours import today, week
from tests.policy.office import at
from tests.support.desk import WORK

DEFAULT = Schedule.from_json({})
FRIDAY, SATURDAY = at("2026-08-14T10:00"), at("2026-08-15T10:00")


def test_today_in_words() -> None:
    assert (
        today(DEFAULT, FRIDAY, "en", "enforce")
        == "Permitted today: 00:00 to 07:30; 12:15 to 14:45; 17:30 to 24:00."
    )
    assert today(DEFAULT, FRIDAY, "ms", "enforce").startswith(
        "Dibenarkan pada hari ini: 12.00 tengah malam hingga 7.30 pagi; 12.15"
    )
    closed = Schedule.from_json({"weekend_mode": "closed", "no_after_hours_weekdays": ["FRI"]})
    assert today(DEFAULT, SATURDAY, "ms", "enforce") == "Dibenarkan pada hari ini: sepanjang hari."
    assert today(DEFAULT, SATURDAY, "en", "monitor") == "Outside working hours today: all day."
    assert today(closed, SATURDAY, "en", "enforce") == "No access hours today."


def test_the_week_in_words_comes_from_the_schedule() -> None:
    assert week(DEFAULT, WORK, "en") == [
        "Monday to Thursday: 13:00 to 14:00 (rest period)",
        "Friday: 12:15 to 14:45 (rest period)",
        "Monday to Friday: 17:30 to 07:30 the next day (after working hours)",
        "Weekly rest days and public holidays: all day",
    ]
    strict = Schedule.from_json(
        {
            "weekend": ["FRI", "SAT"],
            "weekend_mode": "closed",
            "rest_by_weekday": {},
            "no_after_hours_weekdays": ["THU"],
            "after_start": "17:00",
        }
    )
    assert week(strict, WORK, "ms") == [
        "Ahad hingga Khamis: 1.00 tengah hari hingga 2.00 petang (waktu rehat)",
        "Ahad hingga Rabu: 5.00 petang hingga 7.30 pagi keesokan hari (selepas waktu bekerja)",
        "Hari kelepasan am: sepanjang hari",
    ]


def test_the_two_single_lines_for_whole_days() -> None:
    assert week(Schedule.from_json({"holiday_mode": "closed"}), WORK, "en")[-1] == "Weekly rest days: all day"
    neither = Schedule.from_json({"holiday_mode": "ignore", "weekend_mode": "as_workday"})
    lines = week(neither, WORK, "en")
    assert lines[-1] == "Monday to Sunday: 17:30 to 07:30 the next day (after working hours)"


def test_a_period_changes_the_timetable_of_its_days() -> None:
    schedule = Schedule.from_json(
        {"periods": [{"from": "2026-08-10", "to": "2026-08-10", "after_start": "16:30"}]}
    )
    assert "Monday to Friday: 16:30 to 07:30 the next day (after working hours)" in week(schedule, WORK, "en")
    assert "Monday to Friday: 17:30 to 07:30 the next day (after working hours)" in week(
        schedule, FRIDAY, "en"
    )
