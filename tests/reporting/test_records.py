from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import pytest

from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.coverage import Version
from sm_dns.policy import schedule_versions
from sm_dns.policy.exemptions import Exemption
from sm_dns.report.records import ExemptionRecord, WeekHours
from sm_dns.reporting.records import records
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, exemptions_store, transitions
from sm_dns.util.strict_json import Json
from tests.support import ump
from tests.support.changes import put

SELECTION = Selection((), ump.FIRST, ump.LAST, 0, 24)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "sm-dns.yaml"
    file.write_text("schedules: {default: {}}\n")
    (tmp_path / "var").mkdir()
    return load_settings(file)


def test_flips_of_the_range_alone_are_told(settings: Settings) -> None:
    states: tuple[tuple[int, Literal["permitted", "denied"]], ...]
    states = ((-1, "denied"), (1, "permitted"), (6, "denied"))
    for day, state in states:
        at = f"2010-01-{3 + day:02d}T05:00:00Z"
        transitions.record(settings.state_dir, transitions.Flip(at, "default", state, "REST", 7))
    with (settings.state_dir / transitions.FILE).open("a") as file:
        file.write('{"at": "2010-01-0')
    [flip] = records(settings, SELECTION, ()).flips
    assert (flip.at, flip.schedule, flip.permitted, flip.lag_ms) == (ump.at(1, 13), "default", True, 7)


def test_changes_are_those_of_the_range_without_readings(settings: Settings) -> None:
    path = settings.state_dir / audit.FILE
    for day, action in (
        (-1, "domains add"),
        (2, "domains remove"),
        (3, "report usage"),
        (4, "report person show"),
        (4, "login"),
        (4, "login failed"),
        (4, "token locked"),
        (4, "usage viewed"),
    ):
        audit.append(path, at=ump.at(day, 9), who="officer4", action=action, target="x", why="asked for")
    found = records(settings, SELECTION, ())
    assert [(each.at, each.action, each.why) for each in found.changes] == [
        (ump.at(2, 9), "domains remove", "asked for")
    ]
    assert (found.audit_ok, found.audit_records) == (True, 8)


def test_a_chain_that_was_edited_is_said(settings: Settings) -> None:
    path = settings.state_dir / audit.FILE
    audit.append(path, at=ump.at(2, 9), who="officer4", action="domains add", target="x")
    path.write_text(path.read_text().replace("officer4", "sita"))
    assert records(settings, SELECTION, ()).audit_ok is False


def test_the_hours_of_an_exemption_are_known_from_the_audit(settings: Settings) -> None:
    hours = {"days": [0], "start": 540, "end": 660, "zone": "Asia/Kuala_Lumpur"}
    past: dict[str, Any] = {"id": "e1f2", "approver": "Head", "reason": "page", "expires": 30, "hours": hours}
    path = settings.state_dir / audit.FILE
    audit.append(path, at=1.0, who="officer4", action="exempt add", target="e1f2", detail=past)
    found = records(settings, SELECTION, ()).exemptions
    assert found == {"e1f2": ExemptionRecord("Head", "page", 30, WeekHours((0,), 540, 660))}


def test_exemptions_are_known_from_the_audit_after_their_end(settings: Settings) -> None:
    file, stored = exemptions_store.with_one(
        settings.state_dir, Exemption("", None, "10.0.0.0/8", "social", None, "Head", "page", 10, 20)
    )
    put(file)
    past: dict[str, Json] = {
        "id": "e1f2",
        "approver": "Head of ICT",
        "reason": "official page",
        "expires": 30,
    }
    path = settings.state_dir / audit.FILE
    audit.append(path, at=1.0, who="officer4", action="exempt add", target="e1f2", detail=past)
    audit.append(path, at=2.0, who="officer4", action="exempt add", target="odd", detail=json.loads("{}"))
    assert records(settings, SELECTION, ()).exemptions == {
        stored.id: ExemptionRecord("Head", "page", 20),
        "e1f2": ExemptionRecord("Head of ICT", "official page", 30),
    }


def test_what_is_noted_comes_before_what_is_configured(settings: Settings) -> None:
    [today] = records(settings, SELECTION, ()).schedules
    assert (today.version, today.uses) == ("", ())
    assert today.schedules is not None and len(today.schedules[0].week) == 6
    noted = Version("hq", ump.at(0, 0), "schedule", schedule_versions.write({"old": {}}))
    [found] = records(settings, SELECTION, (noted,)).schedules
    assert found.schedules is not None and [each.name for each in found.schedules] == ["old"]
