"""What was in force, as it is listed and shown."""

from __future__ import annotations

import shutil
import time

import pytest

from sm_dns.builder.process import compile_generation
from sm_dns.generation.directory import open_generation
from sm_dns.history.keeper import Keeper
from tests.cli.conftest import Office

T = 1786334400.0  # 2026-08-10, 12:00 in Kuala Lumpur


def keep(office: Office, *instants: float) -> None:
    """A history: at each instant another film is listed as streaming, on record."""
    office.zones.mkdir(exist_ok=True)
    keeper = Keeper(office.state)
    for number, since in enumerate(instants):
        if number:
            office.run(
                *("domains", "add", "--category", "streaming", f"film{number}.example", "--reason", "a film"),
                *("--by", "ana"),
            )
        keeper.compiling()
        keeper.keep(open_generation(compile_generation(office.config, since)), since, since)


def test_nothing_is_kept_before_the_first_start(office: Office) -> None:
    office.state.mkdir(exist_ok=True)
    assert (
        office.run("history").stdout
        == "No version is kept: the service keeps each from its first start on.\n"
    )
    assert office.json("history") == []


def test_a_state_folder_that_is_missing_is_told(office: Office) -> None:
    shutil.rmtree(office.state, ignore_errors=True)
    assert office.run("history").stdout == f"No version is kept: there is no state folder {office.state}\n"
    assert office.json("history") == []


def test_a_time_of_which_none_is_kept_is_told(office: Office) -> None:
    keep(office, T)
    text = office.run("history", "--until", "2026-08-09").stdout
    assert text == "No version is kept of that time.\n"


def test_versions_are_listed_with_who_why_and_what(office: Office) -> None:
    keep(office, T, T + 3600)
    text = office.run("history").stdout
    assert "    1  2026-08-10T12:00:00 to 2026-08-10T13:00:00  " in text
    assert "    2  2026-08-10T13:00:00 to now  " in text
    assert "ana: domains add film1.example (a film)\n" in text
    assert "- list site:streaming.txt: +1 −0 names (+film1.example)\n" in text
    first, second = office.json("history", "list")
    assert (first["id"], first["since"], first["until"]) == (1, "2026-08-10T12:00:00", second["since"])
    assert second["until"] is None
    assert [one["who"] for one in second["causes"]] == ["ana"]
    assert second["difference"] == ["list site:streaming.txt: +1 −0 names (+film1.example)"]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--since", "2026-08-10T13:00"), [2, 3]),
        (("--since", "2026-08-10T12:59:59"), [1, 2, 3]),
        (("--until", "2026-08-10T13:00"), [1]),
        (("--until", "2026-08-10T13:00:01"), [1, 2]),
        (("--since", "2026-08-10", "--until", "2026-08-10"), [1, 2, 3]),
        (("--since", "yesterday"), [3]),
        (("--last", "1"), [3]),
    ],
)
def test_a_stretch_of_time(office: Office, arguments: tuple[str, ...], wanted: list[int]) -> None:
    keep(office, T, T + 3600, T + 7200)
    assert [one["id"] for one in office.json("history", *arguments)] == wanted


def test_one_version_is_shown_whole(office: Office) -> None:
    keep(office, T, T + 3600)
    (by_number,) = office.json("history", "show", "1")
    (by_time,) = office.json("history", "show", "2026-08-10 12:59:59")
    assert by_number == by_time
    assert by_number["policy"]["default_schedule"] == "default"
    text = office.run("history", "show", "2").stdout
    assert "      groups: name hq, clients " in text
    assert "default_schedule: default" in text


@pytest.mark.parametrize(
    ("which", "told"),
    [
        ("7", "there is no version 7 in the history"),
        ("2026-08-10T11:59", "what is kept begins at 2026-08-10T12:00:00"),
        ("2031-01-01T00:00", "still to come"),
        ("whenever", "expected a date-time"),
    ],
)
def test_what_is_not_kept_is_said(office: Office, which: str, told: str) -> None:
    keep(office, T)
    assert told in office.run("history", "show", which, exit_code=2).stderr


def test_yesterday_is_a_day_of_the_agency(office: Office) -> None:
    keep(office, T, time.time() - 86_400 * 3)
    (found,) = office.json("history", "show", "yesterday 10:12")
    assert found["id"] == 2


def test_a_damaged_version_and_what_fell_out_are_told(office: Office) -> None:
    keep(office, T, T + 3600, T + 7200)
    folder = office.state / "history"
    (folder / "00000001.json").unlink()
    (folder / "00000002.json").write_text("{}")
    text = office.run("history").stdout
    assert text.startswith("Not kept any more: 1 earlier versions.\n    2  damaged: ")
    assert "00000002.json" in text
