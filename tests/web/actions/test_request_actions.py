"""Requests of staff decided in the dashboard: by whom, how, and not twice. OPS-1, T17."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.state import access_requests, audit, exemptions_store, person_requests
from sm_dns.state.access_requests import AccessRequest
from sm_dns.web.interface.openapi import PREFIX
from tests.support.asked import HOURS, asked_of, person_asked, with_code
from tests.support.changes import put
from tests.support.dashboard import ADDRESS, Dashboard, Visitor
from tests.web.pages.test_pages import HOSTILE


def now_of(dashboard: Dashboard, request: AccessRequest) -> AccessRequest:
    return access_requests.find(access_requests.load(dashboard.state), request.id)


def error_of(visitor: Visitor) -> str:
    return html.unescape(visitor.get("/requests?lang=en"))


def test_a_head_approves_and_it_is_an_exemption_like_any_other(dashboard: Dashboard) -> None:
    asked = asked_of(dashboard)
    head = dashboard.login("officer3")
    page = head.get("/requests?lang=en")
    assert "Officer Seven" in page and "the page of the agency" in page
    assert '<span class="pill warn" title="1 waiting for a decision">1</span>' in page
    head.do("request-approve", id=asked.id, why="campaign of the agency", until="14:00")
    (granted,) = exemptions_store.load(dashboard.state)
    assert (granted.network, granted.service, granted.category) == ("10.1.0.1/32", "facebook", None)
    assert (granted.approver, granted.reason) == ("officer3", f"request {asked.id}: campaign of the agency")
    assert granted.expires == dashboard.clock + 2 * HOURS
    made = now_of(dashboard, asked)
    assert (made.decision, made.deciders, made.exemption) == ("approved", ("officer3",), granted.id)
    record = dashboard.desk.audited().records[-2]  # the last one is the look at the page before
    record = next(each for each in dashboard.desk.audited().records if each.action == "exempt add")
    assert (record.who, record.detail["request"], record.detail["through"]) == (
        "officer3",
        asked.id,
        "dashboard",
    )
    assert "Officer Seven" not in (dashboard.state / audit.FILE).read_text()
    policy = dashboard.desk.policy()
    client = policy.clients.classify("10.1.0.1")
    assert client is not None and [one.id for one in client.exemptions] == [granted.id]
    assert "Officer Seven" not in head.get("/requests")
    assert "approved" in head.get("/requests?all=true&lang=en")


def test_what_was_granted_and_revoked_has_ended_on_the_page_and_for_programs(dashboard: Dashboard) -> None:
    asked = asked_of(dashboard)
    admin = dashboard.login("officer1")
    admin.do("request-approve", id=asked.id, why="campaign", until="14:00")
    shown = f"{PREFIX}/requests?all=true"
    assert admin.browser.get(shown).json()["requests"][0]["state"] == "approved"
    (granted,) = exemptions_store.load(dashboard.state)
    admin.do("exemption-revoke", id=granted.id, why="over")
    assert admin.browser.get(shown).json()["requests"][0]["state"] == "ended"


def test_a_head_declines_with_a_reason(dashboard: Dashboard) -> None:
    asked = asked_of(dashboard)
    head = dashboard.login("officer3")
    head.do("request-decline", id=asked.id, why="")
    assert now_of(dashboard, asked).decision == "waiting"
    head.do("request-decline", id=asked.id, why="use the office telephone")
    made = now_of(dashboard, asked)
    assert (made.decision, made.reason) == ("declined", "use the office telephone")
    assert exemptions_store.load(dashboard.state) == []


def test_a_head_sees_and_decides_nothing_of_another_department(dashboard: Dashboard) -> None:
    others = [asked_of(dashboard, 0, "Audit"), asked_of(dashboard, 1, "")]
    head = dashboard.login("officer3")
    assert "Officer Seven" not in head.get("/requests?all=true")
    token = dashboard.token("head", "Finance")
    program = dashboard.visitor()
    assert program.get(f"{PREFIX}/requests?all=true", headers=token).json()["requests"] == []
    for asked in others:
        for action in ("request-approve", "request-decline"):
            head.do(action, id=asked.id, why="w")
            assert f"there is no request '{asked.id}'" in error_of(head)
            way = f"{PREFIX}/requests/{asked.id}/{action.removeprefix('request-')}"
            assert program.post(way, headers=token, json={"why": "w"}).status_code == 400
        assert now_of(dashboard, asked) == asked
    assert exemptions_store.load(dashboard.state) == []


def test_an_administrator_chooses_category_and_group(dashboard: Dashboard) -> None:
    asked = asked_of(dashboard, department="")
    dashboard.login("officer1").do("request-approve", id=asked.id, why="w", category="social", group="office")
    (granted,) = exemptions_store.load(dashboard.state)
    assert (granted.group, granted.network, granted.category, granted.service) == (
        "office",
        None,
        "social",
        None,
    )


@pytest.mark.parametrize(
    ("name", "fields", "reason"),
    [
        ("officer3", {"group": "office"}, "a group is opened by an administrator"),
        ("officer1", {"group": "nobody"}, "there is no group 'nobody'"),
        ("officer1", {"category": "streaming"}, "its service or its category is opened"),
        ("officer1", {"service": "youtube"}, "its service or its category is opened"),
        ("officer1", {"service": "facebook", "category": "social"}, "choose the service or the category"),
        ("officer1", {"until": "2026-08-11"}, "may shorten what was asked for"),
        ("officer1", {"until": "2026-08-10T11:00"}, "that end has passed"),
        ("officer1", {"until": "soon"}, "expected a time such as"),
        ("officer1", {"why": "a" * 501}, "one line of at most 500"),
        ("officer1", {"id": "00000000"}, "there is no request '00000000'"),
        ("officer2", {}, None),
    ],
)
def test_what_cannot_be_approved(
    dashboard: Dashboard, name: str, fields: dict[str, str], reason: str | None
) -> None:
    asked = asked_of(dashboard)
    visitor = dashboard.login(name)
    found = visitor.do("request-approve", **{"id": asked.id, "why": "w", **fields})
    assert found.status_code == (403 if reason is None else 303)
    assert reason is None or reason in error_of(visitor)
    assert now_of(dashboard, asked) == asked
    assert exemptions_store.load(dashboard.state) == []


def test_a_decision_is_made_once(dashboard: Dashboard) -> None:
    """The same form sent again, by whomever, opens nothing a second time."""
    asked = asked_of(dashboard)
    head, admin = dashboard.login("officer3"), dashboard.login("officer1")
    head.do("request-approve", id=asked.id, why="w")
    for visitor in (head, admin):
        for action in ("request-approve", "request-decline"):
            visitor.do(action, id=asked.id, why="w")
            assert f"request {asked.id} is decided already, by officer3" in error_of(visitor)
    assert len(exemptions_store.load(dashboard.state)) == 1


def test_what_has_expired_is_not_approved(dashboard: Dashboard) -> None:
    asked = asked_of(dashboard)
    head = dashboard.login("officer3")
    dashboard.clock += 4 * HOURS - 1
    assert 'title="1 waiting' in dashboard.login("officer1").get("/requests?lang=en")
    dashboard.clock += 1
    head = dashboard.login("officer3")
    head.do("request-approve", id=asked.id, why="w")
    assert f"request {asked.id} has expired" in error_of(head)
    assert exemptions_store.load(dashboard.state) == []


def test_nothing_is_decided_by_a_link(dashboard: Dashboard) -> None:
    """A program that follows the links of a mail, even in the browser of a head, changes nothing."""
    asked = asked_of(dashboard)
    head = dashboard.login("officer3").browser
    for path in (
        f"/do/request-approve?id={asked.id}&why=w",
        f"{PREFIX}/requests/{asked.id}/approve?why=w",
        f"{PREFIX}/requests/{asked.id}/decline?why=w",
    ):
        for method in ("GET", "HEAD"):
            assert head.request(method, path).status_code == 405
    assert head.get(f"/requests?id={asked.id}&why=w&do=approve").status_code == 200
    assert dashboard.visitor().get("/requests").headers["location"] == "/login"
    assert now_of(dashboard, asked) == asked


def test_what_was_typed_comes_alive_nowhere(dashboard: Dashboard) -> None:
    """T16, NOT-7."""
    asked = asked_of(dashboard)
    typed = replace(asked, name=HOSTILE, purpose=HOSTILE, department=HOSTILE)
    put(access_requests.written(dashboard.state, [typed]))
    page = dashboard.login("officer1").get("/requests")
    assert "<script>alert" not in page and "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 3


@pytest.fixture
def two(dashboard: Dashboard) -> Dashboard:
    """Where it takes two persons."""
    dashboard.config.write_text(dashboard.config.read_text() + "requests: {approvals: 2}\n")
    return dashboard


def test_two_persons_approve_by_accounts_with_codes(two: Dashboard) -> None:
    asked = asked_of(two)
    head, admin = two.login("officer3"), two.login("officer1")
    head.do("request-approve", id=asked.id, why="w")
    assert "turn on the code at login" in error_of(head)
    for name in ("officer1", "officer3"):
        with_code(two, name)
    head.do("request-approve", id=asked.id, why="first")
    once = now_of(two, asked)
    assert (once.decision, once.deciders, once.exemption) == ("waiting", ("officer3",), "")
    assert exemptions_store.load(two.state) == []
    head.do("request-approve", id=asked.id, why="again")
    assert "it takes another person" in error_of(head)
    admin.do("request-approve", id=asked.id, why="w", group="office")
    assert "only its end may be shortened" in error_of(admin)
    program = two.visitor()
    way = f"{PREFIX}/requests/{asked.id}/approve"
    assert program.post(way, headers=two.token("admin"), json={"why": "w"}).status_code == 403
    admin.do("request-approve", id=asked.id, why="second", until="15:00")
    (granted,) = exemptions_store.load(two.state)
    assert (granted.approver, granted.expires) == ("officer3, officer1", two.clock + 3 * HOURS)
    record = next(each for each in two.desk.audited().records if each.action == "exempt add")
    assert record.detail["approvers"] == ["officer3", "officer1"]


def test_either_of_two_persons_may_decline(two: Dashboard) -> None:
    asked = asked_of(two)
    for name in ("officer1", "officer3"):
        with_code(two, name) if name == "officer1" else None
    two_admin = Visitor(two.visitor(), "officer3")
    two_admin.do("request-decline", id=asked.id, why="no")
    made = now_of(two, asked)
    assert (made.decision, made.deciders, made.terms) == ("declined", ("officer3",), None)


@pytest.fixture
def naming(dashboard: Dashboard) -> Dashboard:
    """Where officer1 and officer3 may approve that a person is named, and a request waits."""
    dashboard.config.write_text(
        dashboard.config.read_text().replace(
            "monitoring: {", "monitoring: {approvers: [officer1, officer3], "
        )
    )
    put(person_requests.saved(dashboard.state, person_asked(dashboard.clock)))
    return dashboard


def test_a_person_is_named_after_another_account_approved_it(naming: Dashboard) -> None:
    """PRIV-4."""
    request = person_requests.load(naming.state)[0]
    head = naming.login("officer3")
    assert "a1234" in head.get("/requests")
    head.do("person-request-approve", id=request.id, why="letter KP/13 of May")
    assert "turn on the code at login" in error_of(head)
    with_code(naming, "officer3")
    head.do("person-request-approve", id=request.id, why="letter KP/13 of May")
    made = person_requests.load(naming.state)[0]
    assert (made.approver, made.approval) == ("officer3", "letter KP/13 of May")
    record = next(each for each in naming.desk.audited().records if each.action == "report person approve")
    assert (record.who, record.target) == ("officer3", request.id)
    assert record.detail["kept_by"] == "accounts of the dashboard"
    assert "a1234" not in (naming.state / audit.FILE).read_text()
    head.do("person-request-approve", id=request.id, why="letter KP/13 of May")
    assert "is approved already" in error_of(head)


def test_others_neither_see_nor_approve_that_a_person_is_named(naming: Dashboard) -> None:
    request = person_requests.load(naming.state)[0]
    for name in ("officer2", "officer4"):
        visitor = naming.login(name)
        assert "a1234" not in visitor.get("/requests")
        with_code(naming, name)
        assert visitor.do("person-request-approve", id=request.id, why="letter KP/13").status_code == 403
    way = f"{PREFIX}/requests/persons/{request.id}/approve"
    token = naming.token("admin")
    program = naming.visitor()
    assert program.post(way, headers=token, json={"why": "letter KP/13"}).status_code == 403
    assert program.get(f"{PREFIX}/requests/persons", headers=token).json()["requests"] == []
    assert person_requests.load(naming.state)[0].approver is None


def test_who_asked_does_not_approve(naming: Dashboard) -> None:
    put(
        person_requests.saved(
            naming.state,
            replace(person_requests.load(naming.state)[0], requester="officer1"),
        )
    )
    request = person_requests.load(naming.state)[0]
    admin = naming.login("officer1")
    with_code(naming, "officer1")
    admin.do("person-request-approve", id=request.id, why="letter KP/13")
    assert "whoever makes a request does not approve it" in error_of(admin)


def test_a_damaged_file_is_told_on_its_page_and_harms_no_other(dashboard: Dashboard, tmp_path: Path) -> None:
    (dashboard.state / access_requests.FILE).write_text("nonsense")
    admin = dashboard.login("officer1")
    assert "is not a list of requests" in error_of(admin)
    assert "<h1" in admin.get("/policy")
    assert ADDRESS
