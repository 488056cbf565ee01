from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sm_dns.policy.windows import REASONS, Schedule, never_opens, state_at, transitions
from sm_dns.util import walltime
from sm_dns.util.strict_json import WEEKDAYS

DATA = Path(__file__).resolve().parent.parent / "data"
CONFIGS: dict[str, dict[str, Any]] = json.loads((DATA / "windows_configs.json").read_text(encoding="utf-8"))
SCHEDULES = {name: Schedule.from_json(config) for name, config in CONFIGS.items()}
with (DATA / "windows.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
HOST_ZONES = ("UTC", "Asia/Kuala_Lumpur", "America/New_York")


@pytest.fixture
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def local(schedule: Schedule, text: str) -> int:
    return walltime.parse(text, schedule.zone)


@pytest.mark.parametrize("host_zone", HOST_ZONES, indirect=True)
def test_every_vector_under_any_host_zone(host_zone: str) -> None:
    assert len(ROWS) == 164
    schedules = {name: Schedule.from_json(config) for name, config in CONFIGS.items()}
    for row in ROWS:
        schedule = schedules[row["config"]]
        now = utc(row["utc_datetime"])
        assert local(schedule, row["local_datetime"]) == now, row["id"]
        state = state_at(schedule, now)
        assert state.until is not None, row["id"]
        seen = (
            str(state.permitted).lower(),
            state.reason_code,
            REASONS[state.reason_code],
            walltime.iso_local(state.until, schedule.zone),
            str(state.until - now),
            "permitted" if state_at(schedule, state.until).permitted else "denied",
        )
        expected = (
            row["permitted"],
            row["reason_code"],
            row["reason"],
            row["next_transition"],
            row["seconds_to_transition"],
            row["next_state"],
        )
        assert seen == expected, row["id"]


def brute_force_windows(config: dict[str, Any], day: date) -> list[tuple[datetime, datetime]]:
    """What one date opens, straight from the words of the rule, as naive local times."""
    weekday = WEEKDAYS[day.weekday()]
    iso = day.isoformat()

    def hours(on: date, key: str, by_weekday: str | None = None) -> Any:
        found = {**DEFAULT_HOURS, **config}
        for period in config["periods"]:
            if period["from"] <= on.isoformat() <= period["to"]:
                found = {**found, **period}
        if by_weekday is not None and WEEKDAYS[on.weekday()] in found[by_weekday]:
            return found[by_weekday][WEEKDAYS[on.weekday()]]
        return found[key]

    def at(on: date, clock: str) -> datetime:
        return datetime.fromisoformat(f"{on.isoformat()}T{clock}:00")

    tomorrow = day + timedelta(days=1)
    tail = (at(tomorrow, "00:00"), at(tomorrow, hours(tomorrow, "work_start")))
    kind = "work"
    if iso in config["extra_workdays"]:
        pass
    elif config["holiday_mode"] != "ignore" and iso in config["holidays"]:
        kind = config["holiday_mode"]
    elif weekday in config["weekend"]:
        kind = "work" if config["weekend_mode"] == "as_workday" else config["weekend_mode"]
    if kind == "open":
        return [(at(day, "00:00"), at(tomorrow, "00:00")), tail]
    if kind == "closed":
        return []
    start, end = hours(day, "rest", "rest_by_weekday")
    found = [(at(day, start), at(day, end))]
    if weekday not in config["no_after_hours_weekdays"]:
        after = config["half_days"].get(iso) or hours(day, "after_start", "after_start_by_weekday")
        found += [(at(day, after), at(tomorrow, "00:00")), tail]
    return found


DEFAULT_HOURS = {
    key: CONFIGS["default"][key]
    for key in ("rest", "rest_by_weekday", "after_start", "after_start_by_weekday", "work_start")
}
FIRST = date(2026, 2, 10)
DAYS = 9
STEP = 15

clocks = st.integers(0, 24 * 60 // STEP - 1).map(
    lambda step: f"{step * STEP // 60:02d}:{step * STEP % 60:02d}"
)
spans = st.tuples(clocks, clocks).filter(lambda pair: pair[0] < pair[1]).map(list)
weekdays = st.sampled_from(WEEKDAYS)
days = st.integers(-2, DAYS + 1).map(lambda shift: (FIRST + timedelta(days=shift)).isoformat())
hours_keys = {
    "rest": spans,
    "rest_by_weekday": st.dictionaries(weekdays, spans, max_size=3),
    "after_start": clocks,
    "after_start_by_weekday": st.dictionaries(weekdays, clocks, max_size=3),
    "work_start": clocks,
}
periods = st.tuples(days, days, st.fixed_dictionaries({}, optional=hours_keys)).map(
    lambda drawn: {"from": min(drawn[:2]), "to": max(drawn[:2]), **drawn[2]}
)
configs = st.fixed_dictionaries(
    {
        "timezone": st.just("Asia/Kuala_Lumpur"),
        "weekend": st.lists(weekdays, unique=True, max_size=3),
        "no_after_hours_weekdays": st.lists(weekdays, unique=True, max_size=3),
        "weekend_mode": st.sampled_from(["open", "closed", "as_workday"]),
        "holiday_mode": st.sampled_from(["open", "closed", "ignore"]),
        "holidays": st.dictionaries(days, st.just("a holiday"), max_size=3),
        "extra_workdays": st.lists(days, max_size=2),
        "half_days": st.dictionaries(days, clocks, max_size=2),
        "periods": st.lists(periods, max_size=2),
    },
    optional=hours_keys,
)


@settings(max_examples=60)
@given(configs)
def test_state_equals_a_brute_force_evaluator(config: dict[str, Any]) -> None:
    schedule = Schedule.from_json(config)
    opened = [
        window
        for shift in range(-1, DAYS + 1)
        for window in brute_force_windows(config, FIRST + timedelta(days=shift))
    ]
    begin = datetime.fromisoformat(FIRST.isoformat())
    moments = [begin + timedelta(minutes=STEP * step) for step in range(DAYS * 24 * 60 // STEP)]
    expected = {
        local(schedule, moment.isoformat()): any(start <= moment < end for start, end in opened)
        for moment in moments
    }
    flips = [at for at in expected if at - 60 * STEP in expected and expected[at] != expected[at - 60 * STEP]]
    for at, permitted in expected.items():
        state = state_at(schedule, at)
        assert state.permitted == permitted
        assert state_at(schedule, at + 60 * STEP - 0.001).permitted == permitted
        assert state.until == next((flip for flip in flips if flip > at), state.until)
        assert state.since <= at
    first, last = min(expected), max(expected) + 60 * STEP
    assert [edge.at for edge in transitions(schedule, first, last)] == flips


@settings(max_examples=60)
@given(configs, st.floats(0, 40 * 86400))
def test_a_stretch_is_constant_and_ends_in_its_opposite(config: dict[str, Any], offset: float) -> None:
    schedule = Schedule.from_json(config)
    state = state_at(schedule, local(schedule, "2026-02-01T00:00:00") + offset)
    # Beyond the bound of the search a stretch has no exact ends to compare.
    assume(state.until is not None and state.until - state.since < 100 * 86400)
    assert state.until is not None
    after = state_at(schedule, state.until)
    assert after.permitted is not state.permitted
    assert after.since == state.until
    for share in (0.0, 0.25, 0.5, 0.999):
        inside = state_at(schedule, state.since + share * (state.until - state.since))
        assert (inside.permitted, inside.since, inside.until) == (state.permitted, state.since, state.until)
    assert state_at(schedule, state.since - 0.001).permitted is not state.permitted


def test_no_transition_at_midnight_inside_a_stretch() -> None:
    schedule = SCHEDULES["default"]
    edges = transitions(schedule, local(schedule, "2026-01-01T00:00"), local(schedule, "2027-12-31T00:00"))
    assert len(edges) > 1000
    assert not [edge for edge in edges if walltime.iso_local(edge.at, schedule.zone).endswith("T00:00:00")]
    assert all(one.state != other.state for one, other in pairwise(edges))


def test_transitions_tell_what_begins_and_leave_out_both_ends() -> None:
    schedule = SCHEDULES["default"]
    start, end = local(schedule, "2026-08-14T07:30"), local(schedule, "2026-08-17T07:30")
    found = transitions(schedule, start, end)
    assert [(walltime.iso_local(one.at, schedule.zone), one.state, one.reason_code) for one in found] == [
        ("2026-08-14T12:15:00", "permitted", "REST_FRIDAY"),
        ("2026-08-14T14:45:00", "denied", "WORKING_HOURS"),
        ("2026-08-14T17:30:00", "permitted", "AFTER_HOURS"),
    ]
    assert [one.at for one in transitions(schedule, start - 1, end + 1)] == [
        start,
        *(one.at for one in found),
        end,
    ]


def test_a_schedule_that_never_changes() -> None:
    always = Schedule.from_json({"weekend": list(WEEKDAYS)})
    never = Schedule.from_json({"weekend": list(WEEKDAYS), "weekend_mode": "closed"})
    now = local(always, "2026-08-10T10:00")
    assert (state_at(always, now).permitted, state_at(always, now).until) == (True, None)
    assert (state_at(never, now).permitted, state_at(never, now).until) == (False, None)
    assert never_opens(never, now)
    assert not never_opens(always, now)
    assert transitions(never, now, now + 10**8) == []


def test_a_week_without_a_window_is_told_from_a_long_weekend() -> None:
    week = {f"2026-08-{day}": "shut" for day in range(10, 17)}
    schedule = Schedule.from_json({"holidays": week, "holiday_mode": "closed"})
    monday = local(schedule, "2026-08-10T07:30")
    # Denied from Monday 07:30 until the Monday after, 13:00.
    assert never_opens(schedule, monday)
    assert never_opens(schedule, monday + 5.5 * 3600)
    assert not never_opens(schedule, monday + 5.5 * 3600 + 1)
    assert not never_opens(schedule, monday, days=8)


def test_edges_over_a_clock_change() -> None:
    nights = {
        "timezone": "America/New_York",
        "weekend": [],
        "rest": ["01:30", "02:30"],
        "rest_by_weekday": {},
    }
    schedule = Schedule.from_json({**nights, "after_start": "23:00", "work_start": "00:00"})
    spring = transitions(schedule, utc("2026-03-08T05:00:00Z"), utc("2026-03-08T12:00:00Z"))
    # 02:30 is left out: the window ends when the clock jumps over it.
    assert [edge.at for edge in spring] == [utc("2026-03-08T06:30:00Z"), utc("2026-03-08T07:00:00Z")]
    autumn = transitions(schedule, utc("2026-11-01T04:00:00Z"), utc("2026-11-01T12:00:00Z"))
    # 01:30 comes twice: the window begins at the first, and 02:30 comes once.
    assert [edge.at for edge in autumn] == [utc("2026-11-01T05:30:00Z"), utc("2026-11-01T07:30:00Z")]


@pytest.mark.parametrize("zone", ["America/St_Johns", "Pacific/Apia", "America/Havana"])
def test_every_instant_has_a_state_where_clocks_change_at_midnight(zone: str) -> None:
    schedule = Schedule.from_json({"timezone": zone})
    for text in ("2011-10-29T00:00Z", "2011-12-29T00:00Z", "2010-11-06T20:00Z", "2010-10-31T00:00Z"):
        for minute in range(0, 3 * 24 * 60, 7):
            now = utc(text) + 60 * minute + 0.9999999
            state = state_at(schedule, now)
            assert state.until is not None
            assert state.since <= now < state.until


def test_two_reasons_at_once_are_told_in_the_order_of_the_rule() -> None:
    config = {"rest": ["06:00", "18:00"], "rest_by_weekday": {}, "half_days": {"2026-08-12": "12:00"}}
    schedule = Schedule.from_json({**config, "no_after_hours_weekdays": ["TUE"]})
    expected = {
        "2026-08-10T06:30": "AFTER_HOURS_TAIL",
        "2026-08-10T17:45": "REST",
        "2026-08-11T19:00": "NO_AFTER_HOURS",
        "2026-08-12T05:00": "NO_TAIL",
        "2026-08-12T12:30": "REST",
        "2026-08-12T18:00": "AFTER_HOURS",
    }
    assert {text: state_at(schedule, local(schedule, text)).reason_code for text in expected} == expected
