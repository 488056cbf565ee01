from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_dns.ipc.status import Status
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
