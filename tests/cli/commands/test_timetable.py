from __future__ import annotations

import csv
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from sm_dns.util import walltime
from tests.cli.conftest import Office

DATA = Path(__file__).resolve().parents[2] / "data"


def test_the_edges_of_a_long_weekend(office: Office) -> None:
    [found] = office.json("timetable", "--from", "2026-08-28T12:00", "--days", "4")
    assert found["schedule"] == "default"
    assert found["state_at_start"] == "denied"
    assert [(edge["at"], edge["state"], edge["reason_code"]) for edge in found["transitions"]] == [
        ("2026-08-28T12:15:00", "permitted", "REST_FRIDAY"),
        ("2026-08-28T14:45:00", "denied", "WORKING_HOURS"),
        ("2026-08-28T17:30:00", "permitted", "AFTER_HOURS"),
        ("2026-09-01T07:30:00", "denied", "WORKING_HOURS"),
    ]
    assert all(edge["reason"] for edge in found["transitions"])


def test_the_vectors(office: Office) -> None:
    """The next edge of a vector is the first of the timetable that starts there."""
    rows = list(csv.DictReader((DATA / "windows.csv").read_text().splitlines()))
    configs = yaml.safe_load((DATA / "windows_configs.json").read_text())
    office.config.write_text(yaml.safe_dump({"schedules": configs}, default_style='"'))
    for row in rows[::10]:
        start = datetime.fromisoformat(row["local_datetime"]).isoformat()
        [found] = office.json("timetable", "--schedule", row["config"], "--from", start, "--days", "30")
        assert found["state_at_start"] == ("permitted" if row["permitted"] == "true" else "denied"), row
        assert found["transitions"][0]["at"] == row["next_transition"], row


def test_the_text_for_people(office: Office) -> None:
    text = office.run("timetable", "--from", "2026-08-10", "--days", "1").stdout.splitlines()
    assert text[0] == "schedule default, Asia/Kuala_Lumpur"
    assert text[2] == "Monday    2026-08-10 07:30:00  denied     working hours"


def test_from_now_on(office: Office) -> None:
    [found] = office.json("timetable")
    assert len(found["transitions"]) >= 2


def test_it_begins_at_a_time_a_date_or_both(office: Office) -> None:
    today = walltime.to_local(time.time(), ZoneInfo("Asia/Kuala_Lumpur")).date().isoformat()
    for start, begins in {
        "0:00": f"{today}T00:00:00",
        "2026-08-10": "2026-08-10T00:00:00",
        "2026-08-10T10:12": "2026-08-10T10:12:00",
    }.items():
        assert office.json("timetable", "--from", start)[0]["from"] == begins
    refused = office.run("timetable", "--from", "noon", exit_code=2).stderr
    assert "expected a time such as 18:00, a date such as 2026-08-10, or both" in refused


@pytest.mark.parametrize("arguments", [("--schedule", "x"), ("--from", "x"), ("--days", "0")])
def test_bad_input(office: Office, arguments: tuple[str, ...]) -> None:
    office.run("timetable", *arguments, exit_code=2)
