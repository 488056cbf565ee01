"""From a request to a person, and what a write must bring along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from sm_dns.util.errors import BadInput
from sm_dns.web import site
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth.roles import Person, Refused
from sm_dns.web.auth.sessions import Session
from tests.support.changes import put
from tests.support.dashboard import Dashboard

FORM = "application/x-www-form-urlencoded"


def request(body: bytes = b"", scheme: str = "http", **headers: str) -> Request:
    told = {"host": "dns.example:8053", **{key.replace("_", "-"): value for key, value in headers.items()}}
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "scheme": scheme,
        "headers": [(key.encode(), value.encode()) for key, value in told.items()],
        "client": ("192.0.2.1", 5), "server": ("dns.example", 8053), "sm_dns.body": body,
    }  # fmt: skip
    return Request(scope)


@pytest.mark.parametrize(
    ("scheme", "origin", "ours"),
    [
        ("http", "http://dns.example:8053", True),
        ("https", "https://dns.example:8053", True),
        ("https", "http://dns.example:8053", False),
        ("http", "http://dns.example", False),
        ("http", "http://dns.example:8053.evil.example", False),
        ("http", "null", False),
        ("http", "", False),
    ],
)
def test_only_our_own_pages_are_our_origin(scheme: str, origin: str, ours: bool) -> None:
    """T17: CSRF."""
    asked = request(scheme=scheme, origin=origin)
    if ours:
        site.check_origin(asked)
        return
    with pytest.raises(Refused) as refused:
        site.check_origin(asked)
    assert refused.value.status == 403


def test_a_write_by_session_needs_the_token_of_the_form_and_one_by_program_does_not() -> None:
    session = Session("officer1", "kept", "the-token", 0.0, 0.0)
    person = Person("officer1", "admin", session=session)
    ours = request(origin="http://dns.example:8053")
    site.check_written(ours, person, session.csrf)
    for wrong in ("", "another"):
        with pytest.raises(Refused, match="too old"):
            site.check_written(ours, person, wrong)
    site.check_written(request(), Person("token x", "admin"), "")


def test_forms_are_read_bounded() -> None:
    assert site.form(request(b"a=1&a=2&b=", content_type=FORM)) == {"a": "2", "b": ""}
    for body, kind, status in (
        (b"a=1", "text/plain", 415),
        (b"\xff\xfe", FORM, 400),
        (b"&".join(b"a=1" for _ in range(site.MAX_FIELDS + 1)), FORM, 400),
    ):
        with pytest.raises(Refused) as refused:
            site.form(request(body, content_type=kind))
        assert refused.value.status == status


def test_with_tls_the_cookie_is_one_that_nobody_else_can_set() -> None:
    assert site.cookie_name(request()) == "smdns"
    assert site.cookie_name(request(scheme="https")) == "__Host-smdns"


def test_a_folder_that_may_not_be_written_is_named(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise PermissionError(13, "Permission denied", str(Path("/etc/sm-dns/zones")))

    monkeypatch.setattr("sm_dns.admin.domain_changes.add", refuse)
    given = {"names": ["a.example"], "category": "social", "why": "x"}
    with pytest.raises(BadInput, match="cannot be written: /etc/sm-dns/zones: Permission denied"):
        dashboard.site.do(ACTIONS["domains-add"], Person("officer1", "admin"), given)


def test_a_session_of_a_user_who_is_gone_is_nobodys(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer2")
    assert visitor.browser.get("/").status_code == 200
    put(dashboard.desk.accounts.without_user("officer2")[0])
    assert visitor.browser.get("/").headers["location"] == "/login"


def test_a_log_that_is_left_open_keeps_no_session_awake(dashboard: Dashboard) -> None:
    visitor = dashboard.login("officer1")
    idle = dashboard.desk.plan.session_idle
    dashboard.clock += idle - 5
    assert visitor.browser.get(site.POLLED).status_code == 200
    dashboard.clock += 10
    assert visitor.browser.get(site.POLLED).status_code == 401
