from __future__ import annotations

from sm_dns.ipc.requests import LogLine
from sm_dns.state import audit
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import PASSWORD, Dashboard


def line(number: int, service: str, outcome: str) -> LogLine:
    return LogLine(
        number=number,
        at=1786334400,
        who="ab12cd",
        kind="person",
        service=service,
        category="social",
        outcome=outcome,
        queries=2,
    )


def test_the_live_log_is_filtered_and_looking_is_noted(dashboard: Dashboard) -> None:
    """AUD-1."""
    dashboard.desk.lines = (
        line(1, "facebook", "denied"),
        line(2, "tiktok", "permitted"),
        line(3, "x", "denied"),
    )
    browser = dashboard.login("officer2").browser

    def numbers(query: str) -> list[int]:
        return [each["number"] for each in browser.get(f"{PREFIX}/log{query}").json()["lines"]]

    assert numbers("") == [1, 2, 3]
    assert numbers("?after=1") == [2, 3]
    assert numbers("?outcome=denied") == [1, 3]
    assert numbers("?service=tiktok&outcome=") == [2]
    assert "facebook" in dashboard.login("officer2").get("/log")
    token = dashboard.token("auditor")
    for _ in range(3):
        assert dashboard.visitor().get(f"{PREFIX}/log", headers=token).status_code == 200
    dashboard.clock += 3600
    assert dashboard.visitor().get(f"{PREFIX}/log", headers=token).status_code == 200
    looked = [
        (each.who, {key: value for key, value in each.detail.items() if key != "through"})
        for each in dashboard.desk.audited().records
        if each.action == "log viewed"
    ]
    assert looked == [
        ("officer2", {}),
        ("officer2", {"outcome": "denied"}),
        ("officer2", {"service": "tiktok"}),
        ("officer2", {}),  # in a session of its own
        ("token of a auditor", {}),
        ("token of a auditor", {}),
    ]


def test_a_page_that_is_left_open_keeps_no_session_awake(dashboard: Dashboard) -> None:
    """T17."""
    browser = dashboard.login("officer2").browser
    for _ in range(4):
        dashboard.clock += dashboard.desk.plan.session_idle / 2
        found = browser.get(f"{PREFIX}/log?after=1")
    assert found.status_code == 401


def test_the_audit_is_shown_newest_first_and_verified(dashboard: Dashboard) -> None:
    path = dashboard.state / audit.FILE
    for number in range(60):
        audit.append(path, at=float(number), who="ali", action=f"kind{number % 2} x", target=str(number))
    browser = dashboard.login("officer2").browser
    found = browser.get(f"{PREFIX}/audit?action=kind").json()
    assert found["ok"] and found["records"] == 62 and len(found["shown"]) == 50
    assert [each["target"] for each in found["shown"][:3]] == ["59", "58", "57"]
    found = browser.get(f"{PREFIX}/audit?action=kind1&last=2").json()
    assert [each["target"] for each in found["shown"]] == ["59", "57"]
    text = path.read_text()
    path.write_text(text.replace('"target":"30"', '"target":"31"'))
    found = browser.get(f"{PREFIX}/audit").json()
    assert not found["ok"] and found["line"] == 31 and "was edited" in found["problem"]
    assert "terputus atau telah diubah" in dashboard.login("officer2").get("/audit")


def test_no_secret_is_in_what_the_system_tells(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    token = dashboard.token("auditor")["Authorization"].removeprefix("Bearer ")
    kept = [user.password for user in dashboard.desk.accounts.book().users]
    kept += [each.digest for each in dashboard.desk.accounts.book().tokens]
    for text in (admin.get("/system"), admin.browser.get(f"{PREFIX}/system").text):
        assert "officer2" in text and "of a auditor" in text
        for secret in (*kept, token, PASSWORD):
            assert secret not in text
