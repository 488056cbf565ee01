"""The circular's table (paragraph 5) beside schedules that are said to keep it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sm_dns.policy.circular import differences
from sm_dns.policy.schedule import DEFAULTS, Schedule
from sm_dns.policy.week import text_of
from sm_dns.util.strict_json import WEEKDAYS

CONFIGS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parent.parent / "data" / "windows_configs.json").read_text(encoding="utf-8")
)
ANY_DAY = date(2026, 8, 12)


def unlike(data: dict[str, Any], today: date = ANY_DAY) -> dict[str, str]:
    return {
        WEEKDAYS[each.weekday]: " ".join(map(text_of, each.schedule))
        for each in differences(Schedule.from_json(data), today)
    }


def test_what_is_left_out_is_the_table() -> None:
    assert unlike({}) == {}
    assert unlike(dict(DEFAULTS)) == {}


@pytest.mark.parametrize(
    "name",
    [
        "default",
        "alt_literal",  # the empty cell of Friday evening, rest days closed
        "alt_weekend_closed",
        "alt_weekend_as_workday",
        "alt_holidays_ignored",
        "alt_holidays_closed",
        "ex_half_day",
        "ex_extra_workday",
        "ex_ramadan_2026",
    ],
)
def test_readings_of_what_the_table_does_not_say_are_no_difference(name: str) -> None:
    for today in (ANY_DAY, date(2026, 3, 4)):  # the second in Ramadan
        assert unlike(CONFIGS[name], today) == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"rest_by_weekday": {}}, {"FRI": "00:00–07:30 13:00–14:00"}),
        ({"rest_by_weekday": {"FRI": ["12:15", "14:45"], "TUE": []}}, {"TUE": "00:00–07:30 17:30–24:00"}),
        ({"no_after_hours_weekdays": ["MON"]}, {"MON": "13:00–14:00", "TUE": "13:00–14:00 17:30–24:00"}),
        ({"after_start_by_weekday": {"FRI": "16:30"}}, {"FRI": "00:00–07:30 12:15–14:45 16:30–17:30"}),
        ({"after_start_by_weekday": {"FRI": "18:00"}}, {}),  # the cell that has no text
        (
            {"work_start": "08:00"},
            {
                "MON": "07:30–08:00 13:00–14:00 17:30–24:00",
                "TUE": "00:00–08:00 13:00–14:00 17:30–24:00",
                "WED": "00:00–08:00 13:00–14:00 17:30–24:00",
                "THU": "00:00–08:00 13:00–14:00 17:30–24:00",
                "FRI": "00:00–08:00 12:15–14:45",
            },
        ),
        ({"weekend": ["FRI", "SAT"]}, {"FRI": "00:00–17:30"}),
        ({"weekend": ["FRI", "SAT"], "weekend_mode": "closed"}, {"FRI": "00:00–07:30"}),
        ({"weekend": ["SUN"]}, {}),
    ],
)
def test_each_weekday_that_is_unlike_is_told_with_what_is_set(
    data: dict[str, Any], expected: dict[str, str]
) -> None:
    assert unlike(data) == expected


def test_what_the_table_says_stands_beside_it() -> None:
    [friday] = differences(Schedule.from_json({"rest_by_weekday": {}}), ANY_DAY)
    assert (text_of(friday.of), [text_of(span) for span in friday.table]) == (
        "00:00–17:30",
        ["00:00–07:30", "12:15–14:45"],
    )
    [monday, _] = differences(Schedule.from_json({"no_after_hours_weekdays": ["MON"]}), ANY_DAY)
    assert (text_of(monday.of), [text_of(span) for span in monday.table]) == (
        "07:30–24:00",
        ["13:00–14:00", "17:30–24:00"],
    )
