"""Logons that a program pushes, from its token to the figure in the report."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.collect.logon_file import LogonFile
from sm_dns.settings.load import load_settings
from sm_dns.state import audit, pushed_logons
from sm_dns.state.pushed_logons import PushedLogons, file_of
from sm_dns.util.errors import BadInput
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard

PC = "3c:22:fb:01:02:03"
READ = "\nmonitoring: {logons: [{api: true}]}\n"


def push(dashboard: Dashboard, role: str = "logons", **fields: str) -> tuple[int, Any]:
    found = dashboard.visitor().request(
        "POST", f"{PREFIX}/logons", json=fields, headers=dashboard.token(role)
    )
    return found.status_code, found.json()


@pytest.fixture
def reading(dashboard: Dashboard) -> Dashboard:
    text = dashboard.config.read_text()
    assert "monitoring:" not in text or "monitoring: {" in text
    lines = [line for line in text.splitlines() if not line.startswith("monitoring:")]
    dashboard.config.write_text("\n".join(lines) + READ)
    return dashboard


def known(dashboard: Dashboard) -> LogonFile:
    """As the control process reads them."""
    plan = monitoring_plan(load_settings(dashboard.config))
    (source,) = plan.logons
    file = LogonFile(source, plan.zone)
    file.look(dashboard.clock)
    return file


def test_who_was_pushed_is_at_the_device(reading: Dashboard) -> None:
    now = reading.clock
    assert push(reading, user=r"OFFICE\Officer1", address="10.0.0.11") == (200, {"staff": "officer1"})
    assert (
        push(reading, user="officer2@office.example", device=PC.upper(), time="2026-08-10T09:00:00+0800")[0]
        == 200
    )
    assert (
        push(reading, user="officer1", address="10.0.0.11", event="logoff", time=str(int(now) + 60))[0] == 200
    )
    found = known(reading)
    assert found.trouble is None
    ((who, since, until),) = found.known["address", "10.0.0.11"]
    assert (who, since, until) == ("officer1", int(now), int(now) + 60)
    assert found.known["device", PC][0].staff == "officer2"


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "10.0.0.11"},
        {"user": "officer1"},
        {"user": "officer1", "address": "pc-1"},
        {"user": "PC-1$", "address": "10.0.0.11"},
        {"user": "officer1", "address": "10.0.0.11", "time": "soon"},
        {"user": "officer1", "address": "10.0.0.11", "event": "lock"},
        {"user": "officer1", "address": "10.0.0.11", "why": "x"},
    ],
)
def test_what_is_no_logon_is_refused(reading: Dashboard, fields: dict[str, str]) -> None:
    status, told = push(reading, **fields)
    assert (status, list(told)) == (400, ["error"])
    assert not file_of(reading.state).exists()


@pytest.mark.parametrize("away", [3_700, 9 * 365 * 86_400, -43_300])
def test_a_time_at_which_nobody_is_at_a_device_now_is_refused(reading: Dashboard, away: int) -> None:
    """One that lies years ahead would be an alarm for years."""
    status, told = push(reading, user="officer1", address="10.0.0.11", time=str(int(reading.clock) + away))
    assert (status, "lies ahead, or more than 12 hours back" in told["error"]) == (400, True)
    assert not file_of(reading.state).exists()


@pytest.mark.parametrize("order", ["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"])
def test_days_and_months_are_told_apart_by_the_clock(reading: Dashboard, order: str) -> None:
    """A domain controller writes them in the order of its own language."""
    when = datetime.fromtimestamp(reading.clock - 600, ZoneInfo("Asia/Kuala_Lumpur"))
    assert push(reading, user="officer1", address="10.0.0.11", time=when.strftime(order))[0] == 200
    ((_, since, _),) = known(reading).known["address", "10.0.0.11"]
    assert since == int(when.timestamp())


def test_before_the_first_push_it_is_said_that_there_was_none(reading: Dashboard) -> None:
    trouble = known(reading).trouble
    assert trouble is not None
    assert (trouble.what, str(trouble.text)) == ("logons-nothing", "logons: no program has pushed any logon")


def test_where_nobody_would_read_it_that_is_said(dashboard: Dashboard) -> None:
    status, told = push(dashboard, user="officer1", address="10.0.0.11")
    assert (status, "monitoring.logons has no {api: true}" in told["error"]) == (400, True)


def test_its_token_does_nothing_else_and_no_other_reader_does_it(reading: Dashboard) -> None:
    program = reading.visitor()
    headers = reading.token("logons")
    for path in ("now", "usage", "log", "audit", "system", "policy"):
        assert program.get(f"{PREFIX}/{path}", headers=headers).status_code == 403
    for role in ("auditor", "head"):
        with_token = reading.token(role, "Finance" if role == "head" else "")
        body = {"user": "officer1", "address": "10.0.0.11"}
        assert program.request("POST", f"{PREFIX}/logons", json=body, headers=with_token).status_code == 403


def test_nobody_who_logged_on_stands_in_the_audit(reading: Dashboard) -> None:
    push(reading, user="officer1", address="10.0.0.11")
    assert not (reading.state / audit.FILE).exists()
    assert file_of(reading.state).stat().st_mode & 0o777 == 0o600


def test_what_has_ended_goes_and_what_is_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushed_logons, "MAX_OCTETS", 400)
    logons = PushedLogons(tmp_path)
    for at in range(20):
        logons.add({"time": float(at), "user": "officer1", "address": "10.0.0.11"}, oldest=at - 3.0)
    lines = file_of(tmp_path).read_text().splitlines()
    assert len(lines) < 10
    assert '"time": 19.0' in lines[-1]
    with pytest.raises(BadInput, match="too many logons"):
        for at in range(20, 60):
            logons.add({"time": float(at), "user": "officer1", "address": "10.0.0.11"}, oldest=0.0)
    file_of(tmp_path).write_bytes(b'{"time": 60, "us')  # the process ended in the middle
    logons.add({"time": 61.0, "user": "officer1", "address": "10.0.0.11"}, oldest=0.0)
    assert json.loads(file_of(tmp_path).read_text().splitlines()[-1])["time"] == 61.0


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "logons").write_text("no folder")
    with pytest.raises(BadInput, match="cannot be written"):
        PushedLogons(tmp_path).add({"time": 1.0, "user": "officer1"}, oldest=0.0)
