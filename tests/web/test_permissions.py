"""The table of docs/permissions.md, cell by cell: pages, forms and operations of every role (OPS-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from sm_dns.state import access_requests, person_requests
from sm_dns.state.dashboard_accounts import User
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.registry import PAGES, views
from tests.support.asked import asked_of, person_asked, with_code, without_a_code
from tests.support.changes import put
from tests.support.dashboard import ADDRESS, KEPT, Browser, Dashboard, Visitor
from tests.support.permissions import NONE, ROLES, USERS, Row, table

TABLE = table()
ACCOUNTS = {"admin": "officer1", "auditor": "officer2", "head": "officer3"}
QUERIES = {"explain": "?name=x.example", "domains/find": "?name=x.example", "requests": "?all=true"}
OWN, OTHER = "Finance", "Audit"


def with_operation() -> list[Row]:
    return [row for row in TABLE if row.operation]


def test_the_table_has_every_view_action_and_page_once_and_nothing_else() -> None:
    every = {f"GET {path}" for path in views(None, 0.0)}  # type: ignore[arg-type]
    every |= {f"{action.method} {action.path}" for action in ACTIONS.values()}
    told = Counter(row.operation for row in with_operation())
    assert set(told) == every and set(told.values()) == {1}
    forms = Counter(row.way for row in TABLE if row.way and not row.way.startswith("/"))
    assert set(forms) == set(ACTIONS) and set(forms.values()) == {1}
    assert {row.way for row in TABLE if row.way.startswith("/")} == {page.path for page in PAGES}
    for row in with_operation():
        if row.way in ACTIONS:
            action = ACTIONS[row.way]
            assert row.operation == f"{action.method} {action.path}"


def test_every_cell_has_a_word_that_the_table_explains() -> None:
    for row in TABLE:
        assert {row.cells[role] for role in ROLES} <= {"yes", "no", "own", "account", "named", NONE}, row
        assert {row.cells[user] for user in USERS} <= {"yes", "no", NONE}, row
        assert (row.cells["root"] == NONE) is not bool(row.command), row
        assert (row.cells["admin"] == NONE) is not bool(row.operation or row.way), row


def cells(role: str) -> Iterator[tuple[Row, str]]:
    return ((row, row.cells[role]) for row in with_operation())


def statuses(browser: Browser, row: Row, **given: object) -> int:
    """What an operation says to a request that names nothing there is."""
    method, path = row.operation.split(" ")
    for field in ("id", "name", "date"):
        path = path.replace(f"{{{field}}}", "2026-08-10")
    query = QUERIES.get(path, "")
    if method != "GET":
        given["json"] = {"why": "w"} if "named" in row.cells.values() else {}
    return browser.request(method, f"{PREFIX}/{path}{query}", **given).status_code


def _headers(visitor: Visitor) -> dict[str, str]:
    return {"Origin": ADDRESS, "X-CSRF-Token": visitor.csrf}


@pytest.mark.parametrize("role", ACCOUNTS)
def test_operations_by_session(used: Dashboard, role: str) -> None:
    visitor = used.login(ACCOUNTS[role])
    for row, cell in cells(role):
        status = statuses(visitor.browser, row, headers=_headers(visitor))
        is_refused = cell == "no" or (cell == "named" and row.way in ACTIONS)  # whom nobody named
        assert (status == 403) is is_refused, (row, status)
        assert status in (200, 400, 403), (row, status)


@pytest.mark.parametrize("role", ["admin", "auditor", "head", "logons"])
def test_operations_by_token(used: Dashboard, role: str) -> None:
    token = used.token(role, OWN if role == "head" else "")
    for row, cell in cells(role):
        status = statuses(used.visitor(), row, headers=token)
        is_refused = cell == "no" or (cell == "named" and row.way in ACTIONS)
        assert status != 401, row
        if cell == "account":
            assert status in (400, 403), (row, status)
        else:
            assert (status == 403) is is_refused, (row, status)


def test_operations_by_nobody(dashboard: Dashboard) -> None:
    for row, cell in cells("nobody"):
        assert (cell, statuses(dashboard.visitor(), row, headers={"Origin": ADDRESS})) == ("no", 401), row


@pytest.mark.parametrize("role", ACCOUNTS)
def test_pages(used: Dashboard, role: str) -> None:
    """A page is for a role where any row of it is; one of its parts is shown where its own row says so."""
    visitor = used.login(ACCOUNTS[role])
    for page in PAGES:
        rows = [row for row in TABLE if row.way == page.path]
        is_served = any(row.cells[role] not in ("no", NONE) for row in rows)
        assert (visitor.browser.get(page.path).status_code == 200) is is_served, page.path
        assert f'<a href="{page.path}"' in visitor.get("/") or page.name == "account" or not is_served
        assert is_served or f'href="{page.path}"' not in visitor.get("/"), page.path
        assert used.visitor().get(page.path).headers["location"] == "/login"


@pytest.mark.parametrize("role", ACCOUNTS)
def test_forms(used: Dashboard, role: str) -> None:
    visitor = used.login(ACCOUNTS[role])
    for row in TABLE:
        if row.way not in ACTIONS:
            continue
        whole = {"id": "x", "why": "w"} if row.cells[role] == "named" else {}
        status = visitor.do(row.way, **whole).status_code
        assert (status == 403) is (row.cells[role] in ("no", "named")), (row, status)
        assert status in (303, 403), (row, status)
        assert used.visitor().post(f"/do/{row.way}", headers={"Origin": ADDRESS}).status_code == 401


@pytest.mark.parametrize("role", ACCOUNTS)
def test_a_form_is_offered_to_who_may_send_it_only(used: Dashboard, role: str) -> None:
    asked_of(used)
    visitor = used.login(ACCOUNTS[role])
    pages = [page.path for page in PAGES if visitor.browser.get(page.path).status_code == 200]
    offered = "".join(visitor.get(path) for path in pages)
    for row in TABLE:
        if row.way in ACTIONS and row.cells[role] in ("no", "named"):
            assert f'action="/do/{row.way}"' not in offered, row


def own_rows() -> list[Row]:
    return [row for row in with_operation() if "own" in row.cells.values()]


def test_only_a_head_has_something_of_its_own() -> None:
    assert {row.operation for row in own_rows()} == {
        "GET usage",
        "GET reports",
        "POST reports",
        "GET requests",
        "POST requests/{id}/approve",
        "POST requests/{id}/decline",
    }
    assert all(role == "head" for row in own_rows() for role in ROLES if row.cells[role] == "own")


@pytest.mark.parametrize("by", ["session", "token"])
@pytest.mark.parametrize("role", ACCOUNTS)
def test_what_is_of_another_department(used: Dashboard, role: str, by: str) -> None:
    """ "own" is neither more nor less: the own is there, another's is not; "yes" has both."""
    browser, headers = used.visitor(), used.token(role, OWN if role == "head" else "")
    if by == "session":
        visitor = used.login(ACCOUNTS[role])
        browser, headers = visitor.browser, _headers(visitor)
    for row in own_rows():
        method, path = row.operation.split(" ")
        if path == "reports":
            continue  # views/test_reports.py has them
        seen = set()
        for department in (OWN, OTHER):
            asked = asked_of(used, len(access_requests.load(used.state)), department)
            place = f"{PREFIX}/{path.replace('{id}', asked.id)}{QUERIES.get(path, '')}"
            if method == "GET":
                found = browser.get(place, headers=headers).json()
                told = found["departments"] if path == "usage" else found["requests"]
                seen |= {each["department"] for each in told}
            elif browser.post(place, headers=headers, json={"why": "w"}).status_code == 200:
                seen.add(department)
        expected = {"yes": {OWN, OTHER}, "own": {OWN}, "no": set()}[row.cells[role]]
        assert seen & {OWN, OTHER} == expected, (row, seen)


@pytest.mark.parametrize("role", ACCOUNTS)
def test_what_is_for_named_accounts(used: Dashboard, role: str) -> None:
    """Of two accounts of one role, the one that is named, and that by a session with a code at login."""
    used.config.write_text(
        used.config.read_text().replace("monitoring: {", "monitoring: {approvers: [named, of a admin], ")
    )
    put(used.desk.accounts.with_user(User("named", role, OWN if role == "head" else "", KEPT)))
    put(person_requests.saved(used.state, person_asked(used.clock)))
    (asked,) = person_requests.load(used.state)
    view, action = (row for row in with_operation() if "named" in row.cells.values())
    assert (view.operation, action.way) == ("GET requests/persons", "person-request-approve")
    assert view.cells[role] == action.cells[role] == "named"
    place, read = f"{PREFIX}/requests/persons/{asked.id}/approve", f"{PREFIX}/requests/persons"
    given = {"json": {"why": "letter KP/13 of May"}}
    token = used.token(role, OWN if role == "head" else "")
    with_code(used, "named")
    other, named = used.login(ACCOUNTS[role]), used.login("named")
    assert other.browser.get(read).json()["requests"] == []
    assert len(named.browser.get(read).json()["requests"]) == 1
    assert used.visitor().get(read, headers=token).json()["requests"] == []
    assert "a1234" in named.get("/requests") and "a1234" not in other.get("/requests")
    assert other.browser.post(place, headers=_headers(other), **given).status_code == 403
    assert used.visitor().post(place, headers=token, **given).status_code == 403
    owed = 403 if role == "admin" else 400  # an administrator without a code does that first
    without_a_code(used, "named")
    assert named.browser.post(place, headers=_headers(named), **given).status_code == owed
    with_code(used, "named")
    assert named.browser.post(place, headers=_headers(named), **given).status_code == 200
    assert person_requests.load(used.state)[0].approver == "named"
