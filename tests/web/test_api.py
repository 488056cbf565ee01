"""The interface for programs: who is known, what is read, what a refusal looks like."""

from __future__ import annotations

import pytest

from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import ADDRESS, CLIENT, Dashboard


def test_a_stranger_is_told_how_to_come_in(dashboard: Dashboard) -> None:
    found = dashboard.visitor().get(f"{PREFIX}/now")
    assert (found.status_code, found.headers["www-authenticate"]) == (401, "Bearer")
    assert found.json() == {"error": "log in, or send a token"}


@pytest.mark.parametrize("given", ["Bearer x", "Basic eDp5", "Bearer", "nonsense"])
def test_a_token_that_is_none_lets_nobody_in(dashboard: Dashboard, given: str) -> None:
    found = dashboard.visitor().get(f"{PREFIX}/now", headers={"Authorization": given})
    assert (found.status_code, found.json()["error"]) == (401, "that token is not good here")


def test_guessing_at_tokens_is_slowed_down(dashboard: Dashboard) -> None:
    """T17."""
    visitor = dashboard.visitor()
    codes = [
        visitor.get(f"{PREFIX}/now", headers={"Authorization": "Bearer x"}).status_code for _ in range(20)
    ]
    assert codes[0] == 401 and codes[-1] == 429
    good = dashboard.token("admin")
    assert dashboard.visitor("198.51.100.1").get(f"{PREFIX}/now", headers=good).status_code == 200


def test_a_change_by_a_program_is_audited_under_its_label(dashboard: Dashboard) -> None:
    headers = dashboard.token("admin")
    body = {"names": ["a.example"], "category": "social", "why": "complaint 7"}
    assert dashboard.visitor().post(f"{PREFIX}/domains", json=body, headers=headers).status_code == 200
    last = dashboard.desk.audited().records
    assert last
    shown = dashboard.login("officer1").browser.get(f"{PREFIX}/audit?action=domains").json()["shown"][0]
    assert (shown["who"], shown["why"], shown["detail"]["through"]) == (
        "token of a admin",
        "complaint 7",
        "token",
    )


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 30_000, "application/json", 400),
        (b"names=a.example", "application/x-www-form-urlencoded", 415),
        (b'{"nams": []}', "application/json", 400),
        (b'{"names": "' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_none_is_refused(dashboard: Dashboard, body: bytes, kind: str, status: int) -> None:
    headers = {**dashboard.token("admin"), "Content-Type": kind}
    before = dashboard.desk.audited().records
    assert dashboard.visitor().post(f"{PREFIX}/domains", content=body, headers=headers).status_code == status
    assert dashboard.desk.audited().records == before


def test_health_is_told_to_anybody_and_nothing_else_is(dashboard: Dashboard) -> None:
    assert dashboard.visitor().get("/healthz").text == "ok\n"
    dashboard.desk.silent = True
    dashboard.desk.status.forget()
    down = dashboard.visitor().get("/healthz")
    assert (down.status_code, down.text) == (503, "down\n")


def test_metrics_are_for_their_networks_and_for_readers(dashboard: Dashboard) -> None:
    assert dashboard.visitor("127.0.0.1").get("/metrics").status_code == 200
    assert dashboard.visitor(CLIENT).get("/metrics").status_code == 401
    head, auditor = dashboard.token("head", "Finance"), dashboard.token("auditor")
    assert dashboard.visitor(CLIENT).get("/metrics", headers=head).status_code == 403
    assert dashboard.visitor(CLIENT).get("/metrics", headers=auditor).status_code == 200


def test_a_page_of_another_site_reads_nothing(dashboard: Dashboard) -> None:
    """T17: no answer says that another origin may look at it."""
    admin = dashboard.login("officer1").browser
    for origin in ("https://evil.example", ADDRESS):
        found = admin.get(f"{PREFIX}/now", headers={"Origin": origin})
        assert not [name for name in found.headers if name.startswith("access-control-")]
