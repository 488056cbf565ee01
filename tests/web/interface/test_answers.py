"""Real answers of every operation are what the document says they are."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from sm_dns.admin import remote_lists
from sm_dns.admin.listing.never_close import NOTHING
from sm_dns.admin.policy_document import list_cache
from sm_dns.generation.directory import open_generation
from sm_dns.history.keeper import Keeper
from sm_dns.ipc.children import RefreshedList
from sm_dns.ipc.requests import LogLine
from sm_dns.state import person_requests
from sm_dns.util.download import Limits
from sm_dns.util.message import Message
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth import totp
from sm_dns.web.auth.roles import Person
from sm_dns.web.interface.answer import to_json
from sm_dns.web.interface.openapi import document
from sm_dns.web.registry import views
from sm_dns.web.views import lists as views_of_lists
from tests.control.processes.web_server import body, web_server
from tests.state.test_operations import ROW
from tests.support.asked import asked_of, person_asked, with_code
from tests.support.changes import put
from tests.support.dashboard import ADDRESS, PASSWORD, Dashboard, Visitor
from tests.support.processes import eventually
from tests.support.smtp_server import mail_server
from tests.web.actions.test_setup_actions import typed
from tests.web.conftest import name_heads

GRANT = {
    "group": "office",
    "service": "netflix",
    "length": "1h",
    "approver": "Puan Officer4",
    "why": "training",
}


class Caller:
    """Calls operations by their names and checks each answer by the document's schema for it."""

    def __init__(self, dashboard: Dashboard) -> None:
        self.called: set[str] = set()
        self._dashboard = dashboard
        found = json.loads(json.dumps(document(dashboard.site.api_views.values(), ACTIONS.values())))
        self._components = found["components"]
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in found["paths"].items()
            for method, operation in methods.items()
        }

    def __call__(self, operation_id: str, visitor: Visitor, /, **fields: Any) -> Any:
        method, path, operation = self._operations[operation_id]
        inside = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        place = path.format(**{key: fields[key] for key in inside})
        rest = {key: value for key, value in fields.items() if key not in inside}
        headers = {"Origin": ADDRESS, "X-CSRF-Token": visitor.csrf}
        given: dict[str, Any] = {"params": rest} if method == "get" else {"json": rest}
        found = visitor.browser.request(method, place, headers=headers, **given)
        assert found.status_code == 200, found.text
        self.check(operation_id, found.json())
        self.called.add(operation_id)
        return found.json()

    def check(self, operation_id: str, answer: object) -> None:
        assert self.fits(operation_id, answer), f"{operation_id}: {answer}"

    def fits(self, operation_id: str, answer: object) -> bool:
        _, _, operation = self._operations[operation_id]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        whole = {**schema, "components": self._components}
        return bool(OAS31Validator(whole, format_checker=oas31_format_checker).is_valid(answer))

    def all_called(self) -> bool:
        return self.called == set(self._operations)


@pytest.fixture
def call(used: Dashboard) -> Iterator[Caller]:
    yield Caller(used)


def test_real_answers_of_every_operation_keep_to_the_document(
    call: Caller, used: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.desk.lines = (
        LogLine(
            number=1,
            at=1,
            who="ab12cd",
            kind="person",
            service="facebook",
            category="social",
            outcome="denied",
            visit=True,
            queries=2,
        ),
    )
    admin = used.login("officer1")
    assert call("get-now", admin)["service"]["alarms"]
    assert call("get-usage", admin)["services"]
    assert "services" not in call("get-usage", used.login("officer3"))
    assert "service" not in call("get-now", used.login("officer3"))
    for name in ("www.facebook.com", "example.org", "dns.google"):
        call("get-explain", admin, name=name)
        call("get-domains-find", admin, name=name)
    assert call("get-explain", admin, name="example.org", client="8.8.8.8")["group"] is None
    assert call("get-log", admin)["lines"]
    call("report-make", admin, kind="usage", period="2026-08-09")
    with mail_server() as mailbox:
        name_heads(used, mailbox.port)
        call("report-send", admin, month="2026-07", form="text")
        eventually(lambda: len(call("get-reports", admin)["sending"]["sheets"]) == 2, "both were sent")
    assert call("get-reports", admin)["reports"]

    assert call("get-setup", admin)["outcome"] is None
    assert "--answers" in call("setup-answer", admin, **typed(used), why="x")["command"]
    assert call("get-setup", admin)["outcome"]["changes"]

    call("domains-add", admin, names=["a.example"], category="social", why="x")
    assert call("get-domains", admin)["domains"]
    call("domains-remove", admin, names=["a.example"], category="social", why="x")
    granted = call("exemption-grant", admin, **GRANT)
    assert call("get-policy", admin)["exemptions"]
    call("service-set", admin, service="whatsapp", action="deny", who="office", why="x")
    assert call("get-policy", admin)["services"]
    call("service-unset", admin, service="whatsapp", why="x")
    put_in_history(used)
    assert call("get-history", admin)["versions"]
    assert call("get-history-version", admin, which="1")["policy"]
    call("exemption-revoke", admin, id=granted["id"], why="x")
    turned = call("switch-turn", admin, turn="close", what="whatsapp", length="10m", why="x")
    assert call("get-now", admin)["switches"][0]["service"] == "whatsapp"
    call("switch-resume", admin, id=turned["id"], why="x")

    asked = [asked_of(used, number) for number in range(2)]
    assert len(call("get-requests", admin)["requests"]) == 2
    assert call("request-approve", admin, id=asked[0].id, why="x")["exemption"]
    assert call("request-decline", admin, id=asked[1].id, why="x")["decided"]
    used.config.write_text(
        used.config.read_text().replace("monitoring: {", "monitoring: {approvers: [officer1], ")
    )
    put(person_requests.saved(used.state, person_asked(used.clock)))
    assert call("get-requests-persons", admin)["requests"]
    with_code(used, "officer1")
    call("person-request-approve", admin, id=person_requests.load(used.state)[0].id, why="letter 12 of May")

    for year in (2026, 2027):
        assert call("get-calendar", admin, year=year)["state"] == "none"
        call("calendar-propose", admin, year=year, why="x")
    assert call("get-calendar", admin, year=2027)["state"] == "proposed"
    call("calendar-accept", admin, year=2027, estimates=True, declared=True, why="x")
    call("calendar-add", admin, date="2027-02-02", kind="half-day", ends="12:30", text="x", why="x")
    assert call("get-calendar", admin, year=2027)["accepted_by"] == "officer1"
    call("calendar-remove", admin, date="2027-02-02", why="x")
    call("calendar-keep", admin, date="2027-05-20", why="x")
    call("calendar-add", admin, date="2027-03-12", others=["2027-03-15"], text="x", why="x")
    period = {"first": "2027-02-08", "last": "2027-03-09", "text": "Ramadan", "hours": ["after_start=17:00"]}
    call("calendar-period-add", admin, why="x", **period)
    table = "Tarikh\tCuti\n31 Ogos\tHari Kebangsaan\nesok\tx\n"
    imported = call("calendar-import", admin, table=table, year=2027, why="x")
    assert imported["differences"] and imported["not_understood"]
    shown = call("get-calendar", admin, year=2027)
    assert shown["periods"] and shown["differences"] and shown["library"]
    call("calendar-period-remove", admin, date="2027-02-08", why="x")
    call("calendar-settle", admin, date="2027-03-12", why="x")

    async def refreshed(*given: object) -> RefreshedList:
        return RefreshedList("ads", "updated", Message("3 names, 0 lines left out"), 3, reloaded=True)

    monkeypatch.setattr("sm_dns.web.actions.policy_actions.children.refresh_list", refreshed)
    listed = "\nlists: [{name: ads, url: 'https://example.com/x', category: social}]\n"
    used.config.write_text(used.config.read_text() + listed)
    call("list-refresh", admin, name="ads", why="x")
    assert call("get-lists", admin)["remote"]
    monkeypatch.setattr(views_of_lists, "Limits", partial(Limits, allow_private=True))
    with web_server() as server:
        server.answers["/x"] = body(b"a.example\nno name\n@@||b.example^\n")
        assert call("get-lists-preview", admin, url=server.url("/x"))["refused"]
        server.answers["/y"] = body(b"a.example\n")
        settings = used.site.backend.settings()
        source = remote_lists.RemoteList("ads", server.url("/y"), "social", limits=Limits(allow_private=True))
        put(*remote_lists.refresh(source, list_cache(settings), NOTHING, 0.0).files)
    assert call("get-lists-lines", admin, list="ads")["taken"]
    call("reload", admin, why="x")
    call("cache-flush", admin, name="example.com", why="x")

    used.config.write_text(
        used.config.read_text().replace("monitoring: {", "monitoring: {logons: [{api: true}], ")
    )
    assert call("logon-push", admin, user="officer1", address="10.0.0.1")["staff"] == "officer1"
    person = {"name": "new", "role": "head", "department": "Audit", "why": "x"}
    call("user-add", admin, password=PASSWORD, **person)
    call("user-change", admin, password="", **{**person, "role": "auditor", "department": ""})
    call("user-remove", admin, name="new", why="x")
    token = call("token-add", admin, label="x", role="auditor", expires="3d", why="x")
    assert call("get-system", admin)["tokens"]
    assert call("get-fleet", admin)["leader"] is None, "it is a server alone"
    used.desk.operations.history.add(replace(ROW, at=int(used.clock) - 3600))
    assert call("get-operations", admin)["rows"]
    call("token-revoke", admin, id=token["id"], why="x")
    secret = totp.new_secret()
    call("totp-on", admin, secret=secret, code=code_of(secret, used.clock), old=PASSWORD)
    call("recovery-renew", admin, old=PASSWORD)
    call("totp-off", used.login("officer2"), old=PASSWORD)
    call("password-change", admin, old=PASSWORD, password="another-long-one")
    assert call("get-audit", admin, last=200)["records"] > 15
    assert call.all_called()


def put_in_history(used: Dashboard) -> None:
    """Keep the policy in force, as the service does."""
    Keeper(used.state).keep(open_generation(used.desk.directory), used.clock, used.clock)


def test_figures_that_are_still_computed_have_their_form_too(call: Caller, used: Dashboard) -> None:
    used.site.figures.get = lambda key, wait: None  # type: ignore[method-assign]
    view = views(used.site.figures, 0.0)["usage"]
    found = json.loads(to_json(view.read, used.site.read(view, Person("officer1", "admin"), {})))
    assert found["pending"]
    call.check("get-usage", found)


def test_an_answer_that_says_more_or_less_would_be_noticed(call: Caller, used: Dashboard) -> None:
    whole = call("get-policy", used.login("officer1"))
    for wrong in (
        {**whole, "more": 1},
        {key: whole[key] for key in list(whole)[1:]},
        {**whole, "groups": {}},
    ):
        assert not call.fits("get-policy", wrong), json.dumps(wrong)[:80]


def code_of(secret: str, now: float) -> str:
    return totp.hotp(base64.b32decode(secret), int(now // totp.STEP))
