from __future__ import annotations

import pytest

from tests.cli.conftest import Office


def decision(office: Office, at: str) -> str:
    [found] = office.json("explain", "facebook.com", "--at", at)
    code: str = found["reason_code"]
    return code


def test_a_holiday_rules_once_a_person_accepted_it(office: Office) -> None:
    assert decision(office, "2027-05-17T10:00") == "WORKING_HOURS"
    office.run(
        "calendar",
        "accept",
        "2027",
        "--accept-estimates",
        "--yes",
        "--reason",
        "compared",
        "--by",
        "Officer1",
    )
    assert decision(office, "2027-05-17T10:00") == "HOLIDAY_OPEN"
    [record] = office.audited()
    assert (record.who, record.action, record.target) == (
        "Officer1",
        "calendar accept",
        "putrajaya 2027",
    )
    assert "holiday 2027-05-17 Hari Raya Qurban / Hari Raya Aidiladha" in record.detail["after"]
    assert (office.config.parent / "calendar" / "putrajaya-2027.cal").exists()


def test_a_year_is_proposed_then_accepted_with_its_estimates(office: Office) -> None:
    assert "estimate 2028-" in office.run("calendar", "propose", "2028").stdout
    assert "--accept-estimates" in office.run("calendar", "accept", "2028", exit_code=2).stderr
    office.run("calendar", "accept", "2028", "--accept-estimates", "--yes")
    assert [record.action for record in office.audited()] == ["calendar propose", "calendar accept"]


def test_days_are_shown(office: Office) -> None:
    shown = office.json("calendar", "show", "2026")
    assert {
        "calendar": "putrajaya",
        "accepted": True,
        "kind": "holiday",
        "date": "2026-08-31",
        "time": None,
        "text": "Hari Kebangsaan / National Day",
        "estimate": False,
        "or": [],
    } in shown
    assert "proposed, not accepted" in office.run("calendar", "show", "2027").stdout
    assert "neither accepted nor proposed" in office.run("calendar", "show", "2030", exit_code=2).stderr


def test_days_are_added_and_taken_back(office: Office) -> None:
    office.run("calendar", "add", "2026-08-11", "Declared", "--reason", "gazette")
    assert decision(office, "2026-08-11T10:00") == "HOLIDAY_OPEN"
    office.run("calendar", "remove", "2026-08-11", "--reason", "withdrawn")
    assert decision(office, "2026-08-11T10:00") == "WORKING_HOURS"
    office.run("calendar", "add", "2026-08-12", "fire drill", "--kind", "half-day", "--ends", "12:30")
    assert decision(office, "2026-08-12T14:30") == "HALF_DAY_AFTER"
    office.run("calendar", "add", "2026-08-15", "stock taking", "--kind", "workday")
    assert decision(office, "2026-08-15T10:00") == "WORKING_HOURS"
    office.run("calendar", "remove", "2026-08-31", "--reason", "moved")
    assert decision(office, "2026-08-31T10:00") == "WORKING_HOURS"
    record = office.audited()[-1]
    assert record.detail == {
        "before": ["holiday 2026-08-31 Hari Kebangsaan / National Day"],
        "after": ["holiday 2026-08-31 Hari Kebangsaan / National Day", "removed 2026-08-31 moved"],
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "2026", "--calendar", "x"),
        ("add", "31.8.2026", "x"),
        ("add", "2026-08-11", "x", "--kind", "half-day"),
        ("add", "2026-08-11", "x", "--ends", "12:30"),
        ("add", "2027-08-11", "x"),
        ("remove", "2026-08-11"),
        ("accept", "2026"),
    ],
)
def test_bad_input_changes_nothing(office: Office, arguments: tuple[str, ...]) -> None:
    assert office.run("calendar", *arguments, exit_code=2).stderr.startswith("error: ")
    assert office.audited() == []


def test_without_a_calendar(office: Office) -> None:
    office.config.write_text(office.config.read_text().partition("calendars:")[0])
    assert "--calendar" in office.run("calendar", "show", "2026", exit_code=2).stderr
