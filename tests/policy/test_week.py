"""What the hours of a schedule come to in an ordinary week, and which of its settings change nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sm_dns.policy.local_day import permitted_on
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.week import idle_settings, never_closes, ordinary_week, text_of

WEEKDAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
MONDAY = date(2026, 8, 10)


def shown(data: dict[str, Any], today: date = MONDAY) -> list[str]:
    return [" ".join(map(text_of, spans)) for spans in ordinary_week(Schedule.from_json(data), today)]


def idle(**data: Any) -> list[str]:
    return [f"{one.key} {one.value}" for one in idle_settings(Schedule.from_json(data), data, MONDAY)]


def test_the_circular_s_week() -> None:
    plain = "00:00–07:30 13:00–14:00 17:30–24:00"
    assert shown({}) == [*[plain] * 4, "00:00–07:30 12:15–14:45 17:30–24:00", "00:00–24:00", "00:00–24:00"]


def test_several_rests_and_none() -> None:
    found = shown({"rest": [["10:00", "10:15"], ["13:00", "14:00"]], "rest_by_weekday": {"TUE": []}})
    assert found[0] == "00:00–07:30 10:00–10:15 13:00–14:00 17:30–24:00"
    assert found[1] == "00:00–07:30 17:30–24:00"


def test_weekdays_that_follow_each_other_stand_together() -> None:
    together = {"rest_by_weekday": {"MON-WED": ["12:00", "13:00"]}, "weekend": ["SAT-SUN"]}
    apart = {"rest_by_weekday": {day: ["12:00", "13:00"] for day in ("MON", "TUE", "WED")}}
    assert shown(together) == shown(apart)
    assert shown({"no_after_hours_weekdays": ["THU-FRI"]}) == shown(
        {"no_after_hours_weekdays": ["THU", "FRI"]}
    )


def test_holidays_and_half_days_are_no_part_of_it_and_a_period_is_that_of_its_day() -> None:
    data = {
        "holidays": {"2026-08-11": "x"},
        "half_days": {"2026-08-12": "12:00"},
        "extra_workdays": ["2026-08-15"],
        "periods": [{"from": "2026-08-12", "to": "2026-08-12", "after_start": "16:00"}],
    }
    assert shown(data) == shown({})
    assert shown(data, date(2026, 8, 12)) == shown({"after_start": "16:00"})
    whole = permitted_on(Schedule.from_json(data), date(2026, 8, 11))
    assert [text_of(span) for span in whole] == ["00:00–24:00"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, False),
        ({"after_start": "05:30"}, True),
        ({"work_start": "18:00"}, True),
        ({"work_start": "17:30"}, True),
        ({"work_start": "17:29"}, False),
        ({"no_after_hours_weekdays": ["MON"], "work_start": "18:00"}, False),
    ],
)
def test_hours_that_close_nothing(data: dict[str, Any], expected: bool) -> None:
    assert never_closes(ordinary_week(Schedule.from_json(data), MONDAY)) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, []),
        ({"rest": ["13:00", "14:00"], "work_start": "07:30", "after_start": "17:30"}, []),
        ({"rest": ["01:00", "02:00"]}, ["rest 01:00–02:00"]),
        ({"rest": [["10:00", "10:15"], ["18:00", "19:00"]]}, ["rest 18:00–19:00"]),
        ({"rest_by_weekday": {"SAT": ["10:00", "11:00"]}}, ["rest_by_weekday.SAT 10:00–11:00"]),
        (
            {"no_after_hours_weekdays": ["MON", "TUE", "WED", "THU", "FRI"], "after_start": "16:00"},
            ["after_start 16:00"],
        ),
        ({"work_start": "00:00"}, []),
        ({"work_start": "00:00", "no_after_hours_weekdays": WEEKDAYS, "weekend": []}, ["work_start 00:00"]),
        ({"no_after_hours_weekdays": ["FRI", "SAT"]}, ["no_after_hours_weekdays SAT"]),
        ({"after_start_by_weekday": {"FRI": "12:15", "SAT": "12:00"}}, ["after_start_by_weekday.SAT 12:00"]),
        (
            {"half_days": {"2026-08-12": "12:00", "2026-08-15": "12:00", "2026-08-08": "12:00"}},
            ["half_days 2026-08-15"],
        ),
        ({"half_days": {"2026-08-12": "12:00"}, "holidays": {"2026-08-12": "x"}}, ["half_days 2026-08-12"]),
        ({"extra_workdays": ["2026-08-12", "2026-08-15"]}, ["extra_workdays 2026-08-12"]),
        (
            {
                "periods": [
                    {"from": "2026-09-01", "to": "2026-09-02"},
                    {"from": "2026-09-01", "to": "2026-09-02", "work_start": "08:00"},
                ]
            },
            ["periods 2026-09-01"],
        ),
    ],
)
def test_settings_that_change_nothing(data: dict[str, Any], expected: list[str]) -> None:
    assert idle(**data) == expected
