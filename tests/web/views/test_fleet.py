"""The servers of a fleet, as the page System and the interface show them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.ipc.fleet import Deed, FleetStatus, MemberState
from sm_dns.ipc.status import Status
from sm_dns.util.message import NOTHING, Message
from tests.support import dashboard as played
from tests.support.dashboard import Dashboard

ONE = MemberState(
    "dns-1", "primary", "10.0.0.5:8530", True, "2026-11-30T00:00:00Z", 2, 7, True, True, NOTHING, 3, 9_000
)
TWO = replace(
    ONE,
    name="dns-2",
    role="node",
    generation=6,
    is_in_force=False,
    is_healthy=False,
    problem=Message("no"),
    lag_ms=None,
)
GONE = replace(TWO, name="dns-3", is_reachable=False, seen=None)
DEED = Deed("2026-11-29T00:00:00Z", "the IT officer", "pause", "0a1b2c3d", "<b>an exercise</b>")
FLEET = FleetStatus(
    "primary", "dns-1", "f", 2, 7, "dns-1", "2026-11-30T00:00:00Z", (ONE, TWO, GONE), (DEED,), ()
)


def _with_fleet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the service that a dashboard is played say that it is of a fleet."""
    true = played.status_of

    def told(directory: Path, config: str) -> Status:
        return replace(true(directory, config), fleet=FLEET)

    monkeypatch.setattr(played, "status_of", told)


def test_one_dashboard_shows_every_server(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_fleet(monkeypatch)
    page = dashboard.login("officer1").get("/system?lang=en")
    for text in (
        "dns-1 leads",
        "dns-1",
        "dns-2",
        "dns-3",
        "2.7",
        "2.6",
        "3 ms",
        "not in force",
        "not reachable",
    ):
        assert text in page, text
    assert "&lt;b&gt;an exercise" in page and "<b>an exercise" not in page


def test_the_interface_tells_the_same(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_fleet(monkeypatch)
    found = json.loads(dashboard.login("officer1").get("/api/v1/fleet"))
    assert found["leader"] == "dns-1" and [each["name"] for each in found["servers"]] == [
        "dns-1",
        "dns-2",
        "dns-3",
    ]
    assert [each["in_force"] for each in found["servers"]] == [True, False, False]


def test_a_server_alone_shows_none(dashboard: Dashboard) -> None:
    assert "Servers of the fleet" not in dashboard.login("officer1").get("/system?lang=en")
