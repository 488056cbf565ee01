"""What accepted calendars add to the schedules, and which are missed in time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from sm_dns.admin.calendars import calendar_files, calendar_proposals
from sm_dns.admin.calendars.accepted_calendars import merge, merged_schedules, warnings
from sm_dns.admin.calendars.holiday_names import official_name
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from tests.admin.calendars.test_calendar_files import FULL, read

REPOSITORY = Path(__file__).resolve().parents[3]
CONFIGS = json.loads((REPOSITORY / "tests" / "data" / "windows_configs.json").read_text())


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
    merged = merge({}, [accepted, proposed])["holidays"]
    for line in calendar_proposals.estimated(proposed):
        assert "(cuti gantian)" in merged.pop(line.day.isoformat())
    assert merged == official(CONFIGS["default"]["holidays"])


def test_the_default_configuration_is_that_of_the_vectors_in_2026() -> None:
    settings = load_settings(REPOSITORY / "config" / "sm-dns.yaml")
    merged = merged_schedules(settings)["default"]
    expected = {**CONFIGS["default"], "keeps": "circular"}
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
    found = warnings(load_settings(config), today)
    assert len(found) == len(words)
    for text, word in zip(found, words, strict=True):
        assert word in str(text)
        assert "sm-dns calendar" in str(text)


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
