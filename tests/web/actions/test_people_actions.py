from __future__ import annotations

from dataclasses import replace

from sm_dns.web.interface.openapi import PREFIX
from tests.support.changes import put
from tests.support.dashboard import KEPT, PASSWORD, Dashboard


def test_people_come_and_go_with_a_reason(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    fields = {
        "name": "farid",
        "role": "head",
        "department": "Finance",
        "password": PASSWORD,
        "why": "new head",
    }
    assert admin.do("user-add", **fields).status_code == 303
    assert "Pengguna telah ditambah" in admin.get("/system")
    put(dashboard.desk.accounts.with_changed("farid", lambda user: replace(user, borrowed=False)))
    assert dashboard.login("farid").browser.get("/usage").status_code == 200
    admin.do("user-change", **{**fields, "role": "auditor", "department": "", "password": "", "why": "moved"})
    assert dashboard.login("farid").browser.get("/audit").status_code == 200
    admin.do("user-remove", name="farid", why="left")
    assert dashboard.desk.accounts.book().user("farid") is None
    kept = [
        (each.action, each.who, each.why)
        for each in dashboard.desk.audited().records
        if each.action.startswith("user")
    ]
    assert kept == [
        ("user add", "officer1", "new head"),
        ("user change", "officer1", "moved"),
        ("user remove", "officer1", "left"),
    ]
    text = (dashboard.state / "audit.jsonl").read_text()
    assert PASSWORD not in text and KEPT not in text


def test_a_token_is_shown_once_and_ends(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    admin.do("token-add", label="Grafana", role="auditor", expires="2d", why="figures")
    page = admin.get("/system")
    text = page.split('<code class="secret">')[1].split("<")[0]
    assert text not in admin.get("/system")
    header = {"Authorization": f"Bearer {text}"}
    visitor = dashboard.visitor()
    assert visitor.get(f"{PREFIX}/audit", headers=header).status_code == 200
    dashboard.clock += 2 * 86_400
    assert visitor.get(f"{PREFIX}/audit", headers=header).status_code == 401
    assert "Grafana" in dashboard.login("officer1").get("/system")


def test_a_token_has_no_password_of_its_own(dashboard: Dashboard) -> None:
    found = dashboard.visitor().request(
        "PUT",
        f"{PREFIX}/me/password",
        json={"old": PASSWORD, "password": "another-long-one"},
        headers=dashboard.token("admin"),
    )
    assert found.status_code == 403


def test_guessing_tokens_is_slowed(dashboard: Dashboard) -> None:
    """T17."""
    visitor = dashboard.visitor()
    guess = {"Authorization": "Bearer smdns_guess"}
    answers = [visitor.get(f"{PREFIX}/now", headers=guess) for _ in range(7)]
    assert [each.status_code for each in answers] == [401] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "2"
    told = [(each.action, each.detail["failures"]) for each in dashboard.desk.audited().records]
    assert told == [("token failed", 1), ("token locked", 5)]


def test_a_bad_token_makes_a_good_one_from_its_address_wait_not_a_moment(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    good = dashboard.token("auditor")
    for _ in range(20):
        visitor.get(f"{PREFIX}/now", headers={"Authorization": "Bearer smdns_old"})
        assert visitor.get(f"{PREFIX}/now", headers=good).status_code == 200


def test_ones_own_password_is_asked_for_and_guessing_is_slowed(dashboard: Dashboard) -> None:
    head = dashboard.login("officer3")
    for _ in range(5):
        assert head.do("password-change", old="guess", password="another-long-one").status_code == 303
    assert head.do("password-change", old=PASSWORD, password="another-long-one").status_code == 429
    dashboard.clock += 100
    assert head.do("password-change", old=PASSWORD, password="another-long-one").status_code == 303
    changed = dashboard.desk.accounts.book().user("officer3")
    assert changed is not None and changed.password != KEPT
    assert dashboard.desk.audited().records[-1].action == "password change"
