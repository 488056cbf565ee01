from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.calendars import calendar_files
from sm_dns.admin.calendars.accepted_calendars import merge
from sm_dns.admin.calendars.calendar_files import CalendarFile, parse
from sm_dns.policy.schedule import Schedule
from sm_dns.util.errors import BadInput

REPOSITORY = Path(__file__).resolve().parents[3]
FILE = Path("hq-2026.cal")
CONFIGS = json.loads((REPOSITORY / "tests" / "data" / "windows_configs.json").read_text())


def read(text: str) -> CalendarFile:
    return parse(text, FILE, "hq", 2026)


FULL = """\
# Compared with the official table.
accepted 2026-01-01T00:00:00Z by officer1: compared: it is right
holiday 2026-08-31 National Day
extra 2026-09-01 Declared: a day off
holiday 2026-09-16 Malaysia Day
removed 2026-09-16 moved to the 17th
workday 2026-10-03 stock taking
half-day 2026-12-24 12:30 eve of Christmas
period 2026-02-19 2026-03-20 rest=13:00-13:30 rest.FRI=12:30-14:30 after_start=17:00 Ramadan
"""


def test_what_is_rendered_reads_back() -> None:
    calendar = read(FULL)
    assert calendar.render() == FULL
    assert read(calendar.render()) == calendar


def test_hours_of_a_period_may_be_of_several_weekdays() -> None:
    calendar = read("period 2026-02-19 2026-03-20 rest.MON-THU=12:30-13:30 Ramadan\n")
    hours = Schedule.from_json({"periods": [period.document for period in calendar.periods]}).hours_on(
        date(2026, 2, 23)
    )
    assert [hours.rest_on(day) for day in (0, 3, 4)] == [((750, 810),), ((750, 810),), ((780, 840),)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("holliday 2026-08-31 National Day", "unknown word 'holliday'"),
        ("holiday 2026-08-31", "needs a name"),
        ("holiday 2026-02-30 x", "date"),
        ("holiday 31.8.2026 x", "date"),
        ("holiday 2027-08-31 x", "is not in 2026"),
        ("holiday", "date"),
        ("half-day 2026-08-31 12.30 x", "HH:MM"),
        ("half-day 2026-08-31", "HH:MM"),
        ("removed 2026-08-31 x", "no holiday line above"),
        ("period 2026-03-20 2026-02-19 after_start=17:00", "before it starts"),
        ("period 2026-03-20 2026-03-21", "changes nothing"),
        ("period 2026-03-20 2026-03-21 rest=13:00", "rest"),
        ("period 2026-03-20 2026-03-21 lunch=13:00-14:00", "unknown key 'lunch'"),
        ("period 2026-03-20 2026-03-21 work_start.FRI=08:00", "unknown key"),
        ("period 2026-03-20 2026-03-21 rest.XYZ=13:00-14:00", "XYZ"),
        ("accepted yesterday", "accepted WHEN by WHO"),
    ],
)
def test_mistakes_are_named_with_their_line(row: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as caught:
        read("# a comment\n\n" + row + "\n")
    assert (caught.value.file, caught.value.line) == ("hq-2026.cal", 3)


_WORDS = st.sampled_from(
    [
        *(
            "accepted",
            "holiday",
            "extra",
            "removed",
            "workday",
            "half-day",
            "period",
            "2026-02-19",
            "2026-03-20",
        ),
        *(
            "12:30",
            "rest=13:00-13:30",
            "rest.FRI=",
            "after_start=17:00",
            "after_start.=",
            "by",
            "x:",
            "#",
            "ü",
        ),
        *("\x00", "\u2028"),
    ]
)


@given(st.lists(st.lists(_WORDS, max_size=6).map(" ".join), max_size=6).map("\n".join))
def test_any_text_is_a_calendar_or_bad_input(text: str) -> None:
    try:
        calendar = read(text)
    except BadInput as error:
        assert error.line is not None
        return
    Schedule.from_json(merge({}, [calendar]))
    assert set(read(calendar.render()).lines) == set(calendar.lines)


@pytest.mark.parametrize("row", FULL.splitlines()[1:4])
def test_nothing_is_said_twice(row: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(f"{row}\n{row}\n")
    assert caught.value.line == 2


def test_the_file_name_says_calendar_and_year(tmp_path: Path) -> None:
    (tmp_path / "hq.cal").write_text("")
    with pytest.raises(BadInput, match="NAME-YEAR"):
        calendar_files.load_file(tmp_path / "hq.cal")
