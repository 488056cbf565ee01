from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from sm_dns.policy.schedule import DEFAULTS, Schedule
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Span

CONFIGS: dict[str, Any] = json.loads(
    (Path(__file__).resolve().parent.parent / "data" / "windows_configs.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_known_configuration_loads(name: str) -> None:
    assert Schedule.from_json(CONFIGS[name]).zone.key == "Asia/Kuala_Lumpur"


def test_left_out_keys_have_the_documented_hours() -> None:
    schedule = Schedule.from_json({})
    hours = schedule.hours_on(date(2026, 8, 14))
    assert hours.rest_on(4) == (Span(12 * 60 + 15, 14 * 60 + 45),)
    assert hours.rest_on(0) == (Span(13 * 60, 14 * 60),)
    assert (hours.after_start_on(4), hours.work_start) == (17 * 60 + 30, 7 * 60 + 30)
    assert schedule.effective_from is None
    # The defaults of the keys are those of the office's configuration, holidays apart.
    office = CONFIGS["default"]
    assert {key: DEFAULTS[key] for key in office if key != "holidays"} == {
        key: value for key, value in office.items() if key != "holidays"
    }


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"holiday": {}}, "holiday"),
        ({"keeps": "circulars"}, "keeps"),
        ({"keeps": True}, "keeps"),
        ({"timezone": "Asia/Atlantis"}, "timezone"),
        ({"timezone": "../etc/passwd"}, "timezone"),
        ({"timezone": "Asia"}, "timezone"),
        ({"timezone": "localtime"}, "timezone"),
        ({"timezone": ""}, "timezone"),
        ({"timezone": "a\0b"}, "timezone"),
        ({"weekend": "SAT"}, "weekend"),
        ({"weekend": ["SAT", "SUNDAYS"]}, "weekend[1]"),
        ({"rest": ["14:00", "13:00"]}, "rest"),
        ({"rest": ["13:00", "25:00"]}, "rest[1]"),
        ({"rest": None}, "rest"),
        ({"rest": [["10:00", "10:15"], ["10:10", "10:20"]]}, "rest"),
        ({"rest": [["10:00", "10:15"], "13:00"]}, "rest[1]"),
        ({"rest": ["24:00", "24:00"]}, "rest[0]"),
        (
            {"rest_by_weekday": {"FRI": ["12:15", "14:45"], "Friday": ["12:15", "14:45"]}},
            "rest_by_weekday.Friday",
        ),
        (
            {"rest_by_weekday": {"TUE-THU": ["12:15", "14:45"], "WED": ["12:15", "14:45"]}},
            "rest_by_weekday.WED",
        ),
        ({"weekend": ["SAT-"]}, "weekend[0]"),
        ({"rest_by_weekday": {"FREITAG": ["12:15", "14:45"]}}, "rest_by_weekday.FREITAG"),
        ({"rest_by_weekday": {"FRI": ["12:15", 885]}}, "rest_by_weekday.FRI[1]"),
        ({"after_start": None}, "after_start"),
        ({"after_start": 1050}, "after_start"),
        ({"after_start_by_weekday": {"THU": "16.30"}}, "after_start_by_weekday.THU"),
        ({"work_start": "25:00"}, "work_start"),
        ({"no_after_hours_weekdays": [4]}, "no_after_hours_weekdays[0]"),
        ({"weekend_mode": "shut"}, "weekend_mode"),
        ({"weekend_mode": True}, "weekend_mode"),
        ({"weekend_mode": ["open"]}, "weekend_mode"),
        ({"holiday_mode": "as_workday"}, "holiday_mode"),
        ({"holidays": ["2026-08-31"]}, "holidays"),
        ({"holidays": {"31-08-2026": "National Day"}}, "holidays.31-08-2026"),
        ({"holidays": {"2026-08-31": 1}}, "holidays.2026-08-31"),
        ({"extra_workdays": ["2026-02-30"]}, "extra_workdays[0]"),
        ({"half_days": {"2026-02-16": "noon"}}, "half_days.2026-02-16"),
        ({"periods": {}}, "periods"),
        ({"periods": [{"from": "2026-02-19"}]}, "periods[0].to"),
        ({"periods": [{"from": "2026-03-19", "to": "2026-02-19"}]}, "periods[0]"),
        ({"periods": [{"from": "2026-02-19", "to": "2026-03-20", "weekend": []}]}, "periods[0].weekend"),
        ({"periods": [{"from": "2026-02-19", "to": "2026-03-20", "rest": ["13:00"]}]}, "periods[0].rest"),
        ({"effective_from": "2026-09-01"}, "effective_from"),
        ({"effective_from": 20260901}, "effective_from"),
        ({"effective_from": ""}, "effective_from"),
    ],
)
def test_a_mistake_is_refused_by_the_path_of_its_key(data: dict[str, object], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        Schedule.from_json(data, "schedules.office")
    assert str(caught.value.reason).startswith(f"schedules.office.{path}: ")
    with pytest.raises(BadInput) as caught:
        Schedule.from_json(data)
    assert str(caught.value.reason).startswith(f"{path}: ")
    assert str(caught.value.reason).count(f"{path}: ") == 1


@pytest.mark.parametrize("data", [None, [], "office", {1: 2}])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(BadInput):
        Schedule.from_json(data)


def test_effective_from_is_wall_time_of_the_zone_unless_it_has_an_offset() -> None:
    expected = datetime.fromisoformat("2026-09-01T00:00:00+08:00").timestamp()
    for text in ("2026-09-01T00:00", "2026-09-01T00:00:00+08:00", "2026-08-31T16:00:00Z"):
        assert Schedule.from_json({"effective_from": text}).effective_from == expected


def test_later_periods_win_and_replace_whole_values() -> None:
    schedule = Schedule.from_json(
        {
            "periods": [
                {"from": "2026-02-19", "to": "2026-03-20", "rest_by_weekday": {}, "work_start": "08:00"},
                {"from": "2026-03-01", "to": "2026-03-01", "work_start": "09:00"},
            ]
        }
    )
    assert schedule.hours_on(date(2026, 2, 18)).work_start == 450
    assert schedule.hours_on(date(2026, 2, 19)).work_start == 480
    assert schedule.hours_on(date(2026, 3, 1)).work_start == 540
    assert schedule.hours_on(date(2026, 3, 20)).rest_on(4) == (Span(780, 840),)
    assert schedule.hours_on(date(2026, 3, 21)).rest_on(4) == (Span(735, 885),)


def test_hours_are_read_as_people_write_them() -> None:
    schedule = Schedule.from_json(
        {
            "weekend": ["fri", "Saturday"],
            "rest": [["13:00", "14:00"], ["9:45", "10:00"]],
            "rest_by_weekday": {"Thursday": [], "wed": ["23:00", "24:00"]},
        }
    )
    hours = schedule.hours
    assert schedule.calendar.weekend == {4, 5}
    assert hours.rest_on(0) == (Span(585, 600), Span(780, 840))
    assert hours.rest_on(3) == ()
    assert hours.rest_on(2) == (Span(1380, 1440),)
