"""Who may do what: every view and every action, every role, by page, form, session and token."""

from __future__ import annotations

import pytest

from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth.roles import ADMINS, DECIDERS, EVERYBODY, PUSHERS, READERS
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.registry import PAGES
from tests.support.dashboard import ADDRESS, Dashboard

ROLES = {"officer1": "admin", "officer2": "auditor", "officer3": "head"}
FIELDS = {
    "explain": "?name=www.facebook.com",
    "domains/find": "?name=www.facebook.com",
}


def test_only_administrators_change_anything_but_what_is_their_own() -> None:
    """OPS-1."""
    assert {action.roles for action in ACTIONS.values()} == {ADMINS, DECIDERS, EVERYBODY, PUSHERS}
    decided = {name for name, action in ACTIONS.items() if action.roles == DECIDERS}
    assert decided == {"request-approve", "request-decline"}
    assert [name for name, action in ACTIONS.items() if action.roles == PUSHERS] == ["logon-push"]
    own = {name for name, action in ACTIONS.items() if action.roles == EVERYBODY}
    approvals = {"person-request-approve"}  # for the accounts that the configuration names
    assert own == {"password-change", "totp-on", "totp-off", "recovery-renew", "report-make"} | approvals
    for action in ACTIONS.values():
        assert action.method in {"POST", "PUT", "DELETE"}
        assert action.path.startswith(("me/", "logons", "reports")) or any(
            field.name == "why" and field.required for field in action.fields
        )


@pytest.mark.parametrize("name", ROLES)
def test_each_view_is_for_its_roles_only(dashboard: Dashboard, name: str) -> None:
    """T17: by session and by token."""
    role = ROLES[name]
    session = dashboard.login(name).browser
    token = dashboard.token(role, "Finance" if role == "head" else "")
    program = dashboard.visitor()
    for view in dashboard.site.api_views.values():
        path = f"{PREFIX}/{view.path}{FIELDS.get(view.path, '')}"
        served = role in view.roles
        for found in (session.get(path), program.get(path, headers=token)):
            # Without a store there are no figures: that is an answer too, of one who may ask.
            assert (found.status_code in {200, 400}) is served, path
            assert served or found.json() == {"error": "your role may not do that"}
        assert dashboard.visitor().get(path).status_code == 401


@pytest.mark.parametrize("name", ROLES)
def test_each_page_is_for_its_roles_only(dashboard: Dashboard, name: str) -> None:
    visitor = dashboard.login(name)
    for page in PAGES:
        assert visitor.browser.get(page.path).status_code == (200 if ROLES[name] in page.roles else 403)
        assert dashboard.visitor().get(page.path).headers["location"] == "/login"


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_write_without_role_token_or_origin_is_refused(dashboard: Dashboard, action: str) -> None:
    """T17: nothing is changed, and nothing is written down as if it were."""
    found = ACTIONS[action]
    path = (
        f"{PREFIX}/{found.path}".replace("{id}", "x").replace("{name}", "x").replace("{date}", "2026-08-10")
    )
    admin = dashboard.login("officer1")

    def changes() -> list[str]:
        return [each.action for each in dashboard.desk.audited().records if each.action != "login"]

    before = changes()
    book = dashboard.desk.accounts.book()
    good = {"Origin": ADDRESS, "X-CSRF-Token": admin.csrf}
    for headers in (
        {},
        {"X-CSRF-Token": admin.csrf},
        {"Origin": ADDRESS},
        {**good, "Origin": "https://evil.example"},
        {**good, "Origin": "null"},
        {**good, "Origin": ADDRESS.replace("8053", "8054")},
        {**good, "X-CSRF-Token": "x" * 43},
    ):
        assert admin.browser.request(found.method, path, headers=headers).status_code == 403, headers
    for origin, csrf in (
        (None, None),
        ("null", None),
        ("http://evil.example", None),
        (ADDRESS, "x"),
        (ADDRESS, ""),
    ):
        assert admin.do(action, origin, csrf).status_code == 403
    assert dashboard.visitor().post(f"/do/{action}", headers={"Origin": ADDRESS}).status_code == 401
    assert dashboard.visitor().request(found.method, path, headers={"Origin": ADDRESS}).status_code == 401
    if found.roles == ADMINS:
        for role, department in (("auditor", ""), ("head", "Finance")):
            token = dashboard.token(role, department)
            assert dashboard.visitor().request(found.method, path, headers=token).status_code == 403
        book = dashboard.desk.accounts.book()
        for name in ("officer2", "officer3"):
            assert dashboard.login(name).do(action).status_code == 403
    else:
        assert dashboard.visitor().request(
            found.method, path, headers=dashboard.token("admin")
        ).status_code in {
            400,
            403,
        }
        book = dashboard.desk.accounts.book()
    assert changes() == before
    assert dashboard.desk.accounts.book() == book


def test_the_views_of_an_auditor_are_those_of_an_administrator(dashboard: Dashboard) -> None:
    """But for what only who changes the server has a use for."""
    assert {view.roles for view in dashboard.site.api_views.values()} == {READERS, EVERYBODY, ADMINS}
    assert [path for path, view in dashboard.site.api_views.items() if view.roles == ADMINS] == ["setup"]
