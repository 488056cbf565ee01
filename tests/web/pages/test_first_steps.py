"""What an account does before anything else, by whatever way it tries to do something else first."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sm_dns.state.dashboard_accounts import User
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth import recovery
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.registry import PAGES
from tests.support.changes import put
from tests.support.dashboard import ADDRESS, KEPT, PASSWORD, Browser, Dashboard

ORIGIN = {"Origin": ADDRESS}
OWN = "hanya-saya-yang-tahu"


def newcomer(dashboard: Dashboard, role: str, *, borrowed: bool) -> Browser:
    """Somebody with a password and no code, who has just logged in."""
    put(dashboard.desk.accounts.with_user(User("new", role, "", KEPT, borrowed=borrowed)))
    browser = dashboard.visitor()
    assert (
        browser.post("/login", data={"name": "new", "password": PASSWORD}, headers=ORIGIN).status_code == 303
    )
    return browser


def csrf_of(page: str) -> str:
    found = re.search('name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sent(browser: Browser, **fields: str) -> tuple[int, str]:
    """The form of the step, sent: the status, and where it leads."""
    csrf = csrf_of(browser.get("/first-steps").text)
    done = browser.post("/first-steps", data={"csrf": csrf, **fields}, headers=ORIGIN)
    return done.status_code, done.headers.get("location", "")


def can_do_nothing(browser: Browser, csrf: str) -> None:
    for page in PAGES:
        assert browser.get(page.path).headers["location"] == "/first-steps", page.path
    for path in ("/reports/file?number=2026-0001", "/audit/export?format=csv"):
        assert browser.get(path).headers["location"] == "/first-steps", path
    for name in ACTIONS:
        done = browser.post(f"/do/{name}", data={"csrf": csrf}, headers=ORIGIN)
        assert (done.status_code, done.headers["location"]) == (303, "/first-steps"), name
    for path in ("now", "system", "openapi.json", "log"):
        found = browser.get(f"{PREFIX}/{path}")
        assert found.status_code == 403 and "/first-steps" in found.json()["error"], path
    for action in ACTIONS.values():
        path = re.sub(r"\{\w+\}", "x", action.path)
        headers = {**ORIGIN, "X-CSRF-Token": csrf}
        found = browser.request(action.method, f"{PREFIX}/{path}", headers=headers, json={"why": "w"})
        assert found.status_code == 403 and "/first-steps" in found.json()["error"], action.name


def test_an_administrator_without_a_code_can_do_nothing_but_set_it_up(dashboard: Dashboard) -> None:
    """T17: whatever an earlier version left, by pages and by the interface."""
    browser = newcomer(dashboard, "admin", borrowed=False)
    page = browser.get("/first-steps").text
    can_do_nothing(browser, csrf_of(page))
    (secret,) = re.findall(r"secret=([A-Z2-7]+)", page)
    assert "<svg" in page and " ".join(re.findall("....", secret)) in page
    assert secret in browser.get("/first-steps").text  # the same until it is used
    for code in ("", "000000", "x"):
        assert sent(browser, code=code)[0] == 400
    assert sent(browser, code=dashboard.code(secret)) == (303, "/account")
    shown = browser.get("/account").text
    assert len(re.findall(r"<li><code>[A-Z2-7-]{19}</code>", shown)) == recovery.CODES
    assert browser.get("/first-steps").headers["location"] == "/"
    kept = dashboard.desk.accounts.book().user("new")
    assert kept is not None and kept.totp == secret and len(kept.recovery) == recovery.CODES
    assert browser.get(f"{PREFIX}/system").status_code == 200
    actions = [each.action for each in dashboard.desk.audited().records]
    assert actions[-2:] == ["login", "totp on"]


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_a_password_of_others_opens_nothing_but_the_page_that_changes_it(
    dashboard: Dashboard, role: str
) -> None:
    """T17."""
    browser = newcomer(dashboard, role, borrowed=True)
    can_do_nothing(browser, csrf_of(browser.get("/first-steps").text))
    for password, again in ((PASSWORD, PASSWORD), ("x", "x"), (OWN, "x")):
        assert sent(browser, password=password, again=again)[0] == 400
    assert sent(browser, password=OWN, again=OWN) == (303, "/first-steps")
    then = "/first-steps" if role == "admin" else None
    assert browser.get("/").headers.get("location") == then
    fields = {"name": "new", "password": PASSWORD}
    assert dashboard.visitor().post("/login", data=fields, headers=ORIGIN).status_code == 403


def test_a_password_that_an_administrator_gives_is_changed_at_the_next_login(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    person = {"role": "auditor", "department": "", "why": "x", "password": PASSWORD}
    admin.do("user-add", name="new", **person)
    admin.do("user-change", name="officer2", **person)
    for name in ("new", "officer2"):
        user = dashboard.desk.accounts.book().user(name)
        assert user is not None and user.borrowed and not user.totp
        browser = dashboard.visitor()
        browser.post("/login", data={"name": name, "password": PASSWORD}, headers=ORIGIN)
        assert browser.get("/").headers["location"] == "/first-steps"


def test_who_becomes_an_administrator_sets_up_a_code(dashboard: Dashboard) -> None:
    auditor = dashboard.login("officer2")
    put(dashboard.desk.accounts.with_changed("officer2", lambda user: replace(user, role="admin")))
    assert auditor.browser.get("/").headers["location"] == "/first-steps"


def test_a_form_of_another_site_or_session_does_no_step(dashboard: Dashboard) -> None:
    browser = newcomer(dashboard, "admin", borrowed=False)
    page = browser.get("/first-steps").text
    (secret,) = re.findall(r"secret=([A-Z2-7]+)", page)
    good = {"csrf": csrf_of(page), "code": dashboard.code(secret)}
    for fields, headers in (
        ({**good, "csrf": "x"}, ORIGIN),
        (good, {}),
        (good, {"Origin": "https://evil.example"}),
    ):
        assert browser.post("/first-steps", data=fields, headers=headers).status_code == 403
    assert dashboard.visitor().get("/first-steps").headers["location"] == "/login"
    assert dashboard.visitor().post("/first-steps", data=good, headers=ORIGIN).headers["location"] == "/login"
    assert browser.post("/logout", data={"csrf": csrf_of(page)}, headers=ORIGIN).status_code == 303
    assert browser.get("/first-steps").headers["location"] == "/login"
