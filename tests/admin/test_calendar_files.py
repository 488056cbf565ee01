from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin import calendar_files
from sm_dns.admin.calendar_files import CalendarFile, merge, merged_schedules, parse
from sm_dns.admin.holiday_names import official_name
from sm_dns.policy.schedule import Schedule
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput

REPOSITORY = Path(__file__).resolve().parents[2]
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


def test_every_kind_of_line_comes_into_the_schedule() -> None:
    assert merge({"holidays": {"2026-05-01": "Ours"}, "periods": [{"from": "2026-12-01"}]}, [read(FULL)]) == {
        "holidays": {"2026-08-31": "National Day", "2026-09-01": "Declared: a day off", "2026-05-01": "Ours"},
        "extra_workdays": ["2026-10-03"],
        "half_days": {"2026-12-24": "12:30"},
        "periods": [
            {
                "from": "2026-02-19",
                "to": "2026-03-20",
                "rest": ["13:00", "13:30"],
                "rest_by_weekday": {"FRI": ["12:30", "14:30"]},
                "after_start": "17:00",
            },
            {"from": "2026-12-01"},
        ],
    }


def test_what_is_rendered_reads_back() -> None:
    calendar = read(FULL)
    assert calendar.render() == FULL
    assert read(calendar.render()) == calendar


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


def official(holidays: Mapping[str, str]) -> dict[str, str]:
    """Days under their official names, by the library's."""
    names = {day: official_name(name).text for day, name in holidays.items()}
    return {day: name.ms if name.ms == name.en else f"{name.ms} / {name.en}" for day, name in names.items()}


def test_the_shipped_calendars_are_those_of_the_vectors() -> None:
    directory = REPOSITORY / "config" / "calendar"
    accepted = calendar_files.load_file(directory / "putrajaya-2026.cal")
    proposed = calendar_files.load_file(directory / "putrajaya-2027.proposed")
    assert accepted.accepted is not None
    assert proposed.accepted is None
    assert merge({}, [accepted, proposed])["holidays"] == official(CONFIGS["default"]["holidays"])


def test_the_default_configuration_is_that_of_the_vectors_in_2026() -> None:
    settings = load_settings(REPOSITORY / "config" / "sm-dns.yaml")
    merged = merged_schedules(settings)["default"]
    expected = dict(CONFIGS["default"])
    known = {day: name for day, name in expected["holidays"].items() if day < "2027"}
    expected["holidays"] = official(known)
    assert merged == expected


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(REPOSITORY / "config", tmp_path / "config")
    return tmp_path / "config" / "sm-dns.yaml"


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2026, 1, 1), []),
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), ["2027 is proposed but not accepted"]),
        (date(2027, 1, 1), ["2027 is proposed but not accepted"]),
        (date(2027, 10, 1), ["2027 is proposed but not accepted", "2028 has no accepted file"]),
    ],
)
def test_an_unaccepted_year_is_warned_of_in_time(config: Path, today: date, words: list[str]) -> None:
    found = calendar_files.warnings(load_settings(config), today)
    assert len(found) == len(words)
    for text, word in zip(found, words, strict=True):
        assert word in text
        assert "sm-dns calendar" in text


def test_a_file_that_nobody_accepted_does_not_rule(config: Path) -> None:
    directory = config.parent / "calendar"
    (directory / "putrajaya-2027.proposed").rename(directory / "putrajaya-2027.cal")
    with pytest.raises(BadInput, match="has no `accepted` line"):
        merged_schedules(load_settings(config))


def test_a_calendar_rules_only_the_schedules_that_keep_it(config: Path) -> None:
    text = config.read_text()
    config.write_text(
        text.replace("schedules:\n", "schedules:\n  other: {holidays: {2026-05-05: Ours}}\n", 1)
    )
    assert merged_schedules(load_settings(config))["other"]["holidays"] == {"2026-05-05": "Ours"}
