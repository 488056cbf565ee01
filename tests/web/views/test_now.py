from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sm_dns.ipc.children import RefreshedList
from sm_dns.ipc.status import Alarm, Status
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from sm_dns.web.interface.openapi import PREFIX
from tests.support.contracts import WORKER
from tests.support.dashboard import Dashboard, status_of


def test_now_tells_the_state_the_week_and_the_service(dashboard: Dashboard) -> None:
    found = dashboard.login("officer2").browser.get(f"{PREFIX}/now").json()
    (state,) = found["schedules"]
    assert (state["state"], state["seconds_to_transition"]) == ("denied", 3600)
    assert (found["date"], found["minute"], len(found["week"])) == ("2026-08-10", 720, 7)
    service = found["service"]
    assert (service["queries"], service["workers"], service["workers_up"]) == (40, 2, 1)
    assert (service["replayed_percent"], service["upstreams"][0]["latency_ms"]) == (17.5, 12.5)
    page = dashboard.login("officer2").get("/?lang=en")
    assert (
        "Not permitted" in page and "Monday, 10 August 2026, 13:00" in page and "recorded 3 ms later" in page
    )


def test_a_head_sees_the_hours_and_nothing_of_the_service(dashboard: Dashboard) -> None:
    found = dashboard.login("officer3").browser.get(f"{PREFIX}/now").json()
    assert "service" not in found and found["schedules"][0]["state"] == "denied"
    assert "192.0.2.1" not in dashboard.login("officer3").get("/")


def test_a_schedule_that_there_is_not_is_said(dashboard: Dashboard) -> None:
    answer = dashboard.login("officer3").browser.get(f"{PREFIX}/now?schedule=none")
    assert (answer.status_code, answer.json()["error"]) == (400, "there is no schedule 'none'")


def test_a_share_of_nothing_is_no_percentage(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def quiet(*given: Any) -> Status:
        return replace(status_of(*given), workers=(WORKER,))

    monkeypatch.setattr("tests.support.dashboard.status_of", quiet)
    page = dashboard.login("officer1").get("/")
    assert "Dijawab terus daripada simpanan: –<" in page


NEVER_FETCHED = Message("list {name!r} was never fetched: run `sm-dns lists refresh`", name="ads")
FULL = Message("the audit could not be written: {reason}", reason="No space left on device")


@pytest.fixture
def troubled(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> Dashboard:
    """One whose service says that a list is missing and that the disk is full."""

    def told(*given: Any) -> Status:
        return replace(
            status_of(*given),
            findings=(Finding("warning", NEVER_FETCHED),),
            alarms=(Alarm("2026-08-10T04:00:00Z", FULL),),
            last_error=Message("x.yaml:3: no"),
        )

    monkeypatch.setattr("tests.support.dashboard.status_of", told)
    return dashboard


def test_what_wants_attention_offers_what_mends_it(troubled: Dashboard) -> None:
    service = troubled.login("officer1").browser.get(f"{PREFIX}/now").json()["service"]
    assert service["findings"][0]["remedy"] == {
        "name": "refresh",
        "page": "/lists",
        "action": "list-refresh",
        "target": "ads",
        "command": "",
    }
    check = f"sudo sm-dns check --config {troubled.config}"
    assert service["alarms"][0]["remedy"]["command"] == f"df -h; {check}"
    assert service["last_remedy"]["command"] == check
    page = troubled.login("officer1").get("/?lang=ms")
    assert "Muat turun senarai ini sekarang." in page and 'action="/do/list-refresh"' in page
    assert "Semak sama ada cakera penuh" in page and f"df -h; {check}" in page


def test_the_button_does_what_it_says(troubled: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[object] = []

    async def refreshed(*given: object) -> RefreshedList:
        fetched.extend(given)
        return RefreshedList("ads", "updated", Message("3 names, 0 lines left out"), 3, reloaded=True)

    monkeypatch.setattr("sm_dns.web.actions.policy_actions.children.refresh_list", refreshed)
    listed = "\nlists: [{name: ads, url: 'https://example.com/x', category: social}]\n"
    troubled.config.write_text(troubled.config.read_text() + listed)
    officer = troubled.login("officer1")
    form = officer.get("/?lang=en").partition('action="/do/list-refresh"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    done = officer.do("list-refresh", csrf=fields.pop("csrf"), **fields)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert "ads" in fetched


def test_an_auditor_sees_where_to_look_and_nothing_to_do(troubled: Dashboard) -> None:
    page = troubled.login("officer2").get("/?lang=en")
    assert "Fetch the list now." in page and 'href="/lists"' in page
    assert "/do/list-refresh" not in page and "sudo" not in page
