"""Every view of usage, log and audit is in the audit, one line a session, view and selection (AUD-1)."""

from __future__ import annotations

import pytest

from sm_dns.web.auth import looks
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import Dashboard


def looked(dashboard: Dashboard) -> list[tuple[str, str, dict[str, object]]]:
    return [
        (each.who, each.action, {k: v for k, v in each.detail.items() if k != "through"})
        for each in dashboard.desk.audited().records
        if each.action.endswith(" viewed")
    ]


def test_pages_and_interface_are_one_look_of_a_session(dashboard: Dashboard) -> None:
    auditor = dashboard.login("officer2")
    for _ in range(3):
        for page in ("/usage", "/log", "/audit"):
            auditor.browser.get(page)
            auditor.browser.get(f"{PREFIX}{page}")
        auditor.browser.get("/policy")
        auditor.browser.get("/")
    assert [(who, action) for who, action, _ in looked(dashboard)] == [
        ("officer2", "usage viewed"),
        ("officer2", "log viewed"),
        ("officer2", "audit viewed"),
    ]
    auditor.browser.get(f"{PREFIX}/audit?action=domains&last=5")
    assert looked(dashboard)[-1] == ("officer2", "audit viewed", {"action": "domains", "last": 5})
    dashboard.login("officer2").browser.get("/audit")
    assert looked(dashboard)[-1] == ("officer2", "audit viewed", {})


def test_a_look_at_usage_says_at_which_days_and_whom_of(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1").browser
    admin.get(f"{PREFIX}/usage?first=2026-08-03&last=2026-08-04&service=facebook&start_hour=8")
    assert looked(dashboard) == [
        (
            "officer1",
            "usage viewed",
            {
                "period": "",
                "rounded": False,
                "first": "2026-08-03",
                "last": "2026-08-04",
                "hours": "band",
                "start_hour": 8,
                "end_hour": 24,
                "before": "2026-08-01/2026-08-02",
                "service": "facebook",
                "categories": [],
                "decision": "",
                "department": "",
                "days": "all",
            },
        )
    ]


def test_a_program_looks_once_an_hour(dashboard: Dashboard) -> None:
    token = dashboard.token("auditor")
    for step in (0.0, 1.0, looks.LOOK_SECONDS, 1.0):
        dashboard.clock += step
        assert dashboard.visitor().get(f"{PREFIX}/audit", headers=token).status_code == 200
    assert [who for who, _, _ in looked(dashboard)] == ["token of a auditor"] * 2


@pytest.mark.parametrize("view", ["usage", "log", "audit"])
def test_what_cannot_be_recorded_is_not_seen(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    auditor = dashboard.login("officer2").browser

    def full(*given: object) -> None:
        raise OSError(28, "No space left on device", "audit.jsonl")

    monkeypatch.setattr("sm_dns.state.chain_file.ChainFile.add", full)
    found = auditor.get(f"{PREFIX}/{view}")
    assert found.status_code == 503
    assert found.json() == {"error": "cannot be written: audit.jsonl: No space left on device"}
    assert auditor.get(f"/{view}").status_code == 503
    assert auditor.get("/system").status_code == 200


def test_what_is_remembered_is_bounded(dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "MAX_LOOKS", 2)
    auditor = dashboard.login("officer2").browser
    for last in (1, 2, 3, 1):
        auditor.get(f"{PREFIX}/audit?last={last}")
    assert len(looked(dashboard)) == 4
    assert len(dashboard.desk.looks._known) == 2
