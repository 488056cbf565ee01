from __future__ import annotations

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sm_dns.state.dashboard_accounts import User
from sm_dns.web.auth import passwords, recovery, totp
from sm_dns.web.auth.accounts import with_first_password
from sm_dns.web.auth.codes import UsedCodes
from sm_dns.web.auth.throttle import FREE_TRIES, Throttle
from tests.support.changes import put
from tests.support.dashboard import ADDRESS, KEPT, PASSWORD, SECRET, Browser, Dashboard, Visitor

ORIGIN = {"Origin": ADDRESS}


def attempt(browser: Browser, **fields: str) -> int:
    return browser.post("/login", data=fields, headers=ORIGIN).status_code


def test_the_first_run_makes_an_administrator_and_logs_in(empty: Dashboard) -> None:
    empty.desk.accounts.prepare_first_run()
    token = empty.desk.accounts.first_run_file.read_text()
    browser = empty.visitor()
    assert browser.get("/").headers["location"] == "/login"
    assert browser.get("/login").headers["location"] == "/first-run"
    fields = {"token": token, "name": "officer1", "password": PASSWORD, "again": PASSWORD}
    for wrong in ({"token": "x"}, {"again": "x"}, {"password": "x", "again": "x"}, {"name": "A b"}):
        assert browser.post("/first-run", data={**fields, **wrong}, headers=ORIGIN).status_code == 400
    assert browser.post("/first-run", data=fields).status_code == 403
    done = browser.post("/first-run", data=fields, headers=ORIGIN)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert browser.get("/").headers["location"] == "/first-steps"
    assert "officer1" in browser.get("/first-steps").text
    assert browser.get("/first-run").headers["location"] == "/login"
    actions = [each.action for each in empty.desk.audited().records]
    assert actions == ["first run failed", "user add"]  # counted, not a line a guess


def test_guesses_at_the_first_run_are_slowed(empty: Dashboard) -> None:
    """T17."""
    empty.desk.accounts.prepare_first_run()
    browser = empty.visitor()
    fields = {"token": "guess", "name": "x", "password": PASSWORD, "again": PASSWORD}
    codes = [
        browser.post("/first-run", data=fields, headers=ORIGIN).status_code for _ in range(FREE_TRIES + 1)
    ]
    assert codes == [400] * FREE_TRIES + [429]


def test_a_login_opens_a_session_that_script_cannot_read(dashboard: Dashboard) -> None:
    browser = dashboard.visitor()
    done = browser.post("/login", data={"name": "Officer2 ", "password": PASSWORD}, headers=ORIGIN)
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert browser.get("/system").status_code == 200
    dashboard.clock += dashboard.desk.plan.session_idle + 1
    assert browser.get("/system").headers["location"] == "/login"


def test_a_wrong_login_tells_nothing_and_is_slowed(dashboard: Dashboard) -> None:
    """T17: by origin and by name, and nobody else is kept out."""
    browser = dashboard.visitor()
    texts = set()
    for name in ("officer1", "nobody", "<script>", "") * 2:
        found = browser.post("/login", data={"name": name, "password": "x"}, headers=ORIGIN)
        texts.add((found.status_code, found.text))
    assert {status for status, _ in texts} == {403, 429}
    assert len(texts) == 2
    assert attempt(browser, name="officer1", password=PASSWORD) == 429
    other = dashboard.visitor("192.0.2.99")
    assert attempt(other, name="officer1", password=PASSWORD, code=dashboard.code()) == 303
    dashboard.clock += 1000
    assert attempt(browser, name="officer1", password=PASSWORD, code=dashboard.code()) == 303


def test_of_sixty_guesses_at_once_five_are_checked(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T17: a try counts before it is checked, not afterwards."""
    checked: list[str] = []
    real = passwords.matches

    def matches(kept: str | None, given: str) -> bool:
        checked.append(given)
        return real(kept, given)

    monkeypatch.setattr(passwords, "matches", matches)
    gate = threading.Barrier(60)

    def guess(number: int) -> httpx.Response:
        browser = dashboard.visitor()
        gate.wait()
        fields = {"name": "officer1", "password": f"guess {number}"}
        return browser.post("/login", data=fields, headers=ORIGIN)

    with ThreadPoolExecutor(60) as pool:
        found = list(pool.map(guess, range(60)))
    assert len(checked) == FREE_TRIES
    assert Counter(each.status_code for each in found) == {403: FREE_TRIES, 429: 60 - FREE_TRIES}
    assert {each.headers.get("retry-after") for each in found} == {None, "2"}


def test_a_lockout_outlives_the_process(dashboard: Dashboard) -> None:
    for _ in range(FREE_TRIES):
        attempt(dashboard.visitor(), name="officer1", password="x")
    dashboard.desk.throttle = Throttle(dashboard.state / "web" / "lockouts.json")  # as the next one begins
    assert attempt(dashboard.visitor(), name="officer1", password=PASSWORD, code=dashboard.code()) == 429
    dashboard.clock += 3
    assert attempt(dashboard.visitor(), name="officer1", password=PASSWORD, code=dashboard.code()) == 303


def test_a_login_that_another_site_sends_is_refused(dashboard: Dashboard) -> None:
    fields = {"name": "officer1", "password": PASSWORD}
    for headers in ({}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
        assert dashboard.visitor().post("/login", data=fields, headers=headers).status_code == 403


def test_codes_are_asked_for_and_work_once(dashboard: Dashboard) -> None:
    secret = totp.new_secret()
    visitor = dashboard.login("officer2")
    good = {"secret": secret, "code": dashboard.code(secret), "old": PASSWORD}
    for wrong in ({"old": "x"}, {"code": "000000"}, {"secret": "no base32!"}):
        visitor.do("totp-on", **{**good, **wrong})
        assert not user_of(dashboard, "officer2").totp
    visitor.do("totp-on", **good)
    assert user_of(dashboard, "officer2").totp == secret
    browser = dashboard.visitor()
    fields = {"name": "officer2", "password": PASSWORD}
    assert attempt(browser, **fields) == 403
    assert attempt(browser, **fields, code=dashboard.code(secret)) == 403  # used up when it was set
    dashboard.clock += totp.STEP
    assert attempt(browser, **fields, code=dashboard.code(secret)) == 303
    assert attempt(dashboard.visitor(), **fields, code=dashboard.code(secret)) == 403
    dashboard.desk.codes = UsedCodes(dashboard.state)  # as the next process begins
    assert attempt(dashboard.visitor(), **fields, code=dashboard.code(secret)) == 403
    dashboard.clock += totp.STEP
    Visitor(dashboard.visitor(), "officer2", dashboard.code(secret)).do("totp-off", old=PASSWORD)
    assert (user_of(dashboard, "officer2").totp, user_of(dashboard, "officer2").recovery) == ("", ())


def test_a_recovery_code_lets_in_once(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    codes = recovery_codes(admin, "recovery-renew", old=PASSWORD)
    assert len(set(codes)) == recovery.CODES
    assert not any(code in (dashboard.state / "web" / "users.json").read_text() for code in codes)
    assert codes[0] not in admin.get("/account")
    fields = {"name": "officer1", "password": PASSWORD}
    typed = codes[0].lower().replace("-", " ")
    assert attempt(dashboard.visitor(), **{**fields, "password": "x"}, recovery=codes[0]) == 403
    assert attempt(dashboard.visitor(), **fields, recovery="AAAA-BBBB-CCCC-DDDD") == 403
    assert attempt(dashboard.visitor(), **fields, recovery=typed) == 303
    assert attempt(dashboard.visitor(), **fields, recovery=codes[0]) == 403
    (record,) = [each for each in dashboard.desk.audited().records if each.action == "recovery code used"]
    assert (record.who, record.detail["left"]) == ("officer1", recovery.CODES - 1)
    assert set(recovery_codes(admin, "recovery-renew", old=PASSWORD)).isdisjoint(codes)
    assert attempt(dashboard.visitor(), **fields, recovery=codes[1]) == 403


def test_an_administrator_sets_up_another_device_and_never_none(dashboard: Dashboard) -> None:
    admin = dashboard.login("officer1")
    admin.do("totp-off", old=PASSWORD)
    assert "log masuk" in admin.get("/account") and user_of(dashboard, "officer1").totp == SECRET
    other = totp.new_secret()
    dashboard.clock += totp.STEP
    admin.do("totp-on", secret=other, code=dashboard.code(other), old=PASSWORD)
    assert user_of(dashboard, "officer1").totp == other


def recovery_codes(visitor: Visitor, action: str, **fields: str) -> list[str]:
    """What the page shows, once, after an action that makes some."""
    visitor.do(action, back="/account", **fields)
    return re.findall(r"<li><code>([A-Z2-7-]{19})</code>", visitor.get("/account"))


def user_of(dashboard: Dashboard, name: str) -> User:
    found = dashboard.desk.accounts.book().user(name)
    assert found is not None
    return found


def test_a_logout_ends_the_session(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer2")
    kept = dict(visitor.browser.cookies)
    assert visitor.browser.post("/logout", data={"csrf": "x"}, headers=ORIGIN).status_code == 403
    assert visitor.browser.post("/logout", data={"csrf": visitor.csrf}, headers=ORIGIN).status_code == 303
    stolen = dashboard.visitor()
    stolen.cookies.update(kept)
    assert stolen.get("/").headers["location"] == "/login"


def test_who_is_shut_out_or_changed_is_so_at_once(dashboard: Dashboard) -> None:
    admin, auditor, head = (dashboard.login(name) for name in ("officer1", "officer2", "officer3"))
    admin.do("user-remove", name="officer2", why="left")
    assert auditor.browser.get("/audit").headers["location"] == "/login"
    admin.do("user-change", name="officer3", role="auditor", department="", password="", why="moved")
    assert head.browser.get("/audit").headers["location"] == "/login"
    assert dashboard.login("officer3").browser.get("/audit").status_code == 200
    other = dashboard.login("officer1")
    admin.do("password-change", old=PASSWORD, password="sesuatu-yang-baharu")
    assert admin.browser.get("/").status_code == 200
    assert other.browser.get("/").headers["location"] == "/login"
    dashboard.clock += totp.STEP
    assert attempt(dashboard.visitor(), name="officer1", password=PASSWORD, code=dashboard.code()) == 403


def test_a_password_that_the_server_reset_ends_sessions(dashboard: Dashboard) -> None:
    auditor = dashboard.login("officer2")
    put(dashboard.desk.accounts.with_changed("officer2", lambda user: with_first_password(user, KEPT + "x")))
    assert auditor.browser.get("/audit").headers["location"] == "/login"
