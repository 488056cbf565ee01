from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.http.request import Request
from sm_dns.portal.http.response import Response, short
from sm_dns.portal.respond import Responder
from sm_dns.portal.settings import PortalSettings
from tests.support.desk import HQ, LUNCH, STRANGER, WORK

FORM = "application/x-www-form-urlencoded"


def get(host: str, path: str = "/", method: str = "GET") -> Request:
    return Request(method, path, host, 0, "", None)


def post(
    host: str = "notis.example", origin: str | None = "http://notis.example", kind: str = FORM
) -> Request:
    return Request("POST", "/", host, 0, kind, origin)


@pytest.fixture
def responder(policy: Snapshot, details: PortalSettings) -> Responder:
    return Responder(policy, details)


@pytest.mark.parametrize(
    ("host", "path", "now", "status"),
    [
        ("facebook.com", "/", WORK, 403),
        ("facebook.com", "/any/path?x=1", WORK, 403),
        ("facebook.com", "/", LUNCH, 503),
        ("youtube.com", "/", LUNCH, 403),
        ("www.example.com", "/", WORK, 403),
        ("notis.example", "/", WORK, 200),
        ("10.0.0.5", "/", WORK, 200),
        ("2001:db8::1", "/", WORK, 200),
        ("", "/", WORK, 200),
        ("notis.example", "/other", WORK, 404),
        ("facebook.com", "/favicon.ico", WORK, 404),
    ],
)
def test_status(responder: Responder, host: str, path: str, now: float, status: int) -> None:
    assert responder.answer(get(host, path), b"", HQ, now).status == status


def test_a_site_that_is_open_by_now_is_worth_another_try(responder: Responder) -> None:
    assert ("Retry-After", "5") in responder.answer(get("facebook.com"), b"", HQ, LUNCH).fields


def test_strangers_learn_nothing(responder: Responder) -> None:
    found = responder.answer(get("facebook.com"), b"", STRANGER, WORK)
    assert found.status == 403
    assert b"facebook" not in found.body
    assert len(found.body) < 100


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE"])
@pytest.mark.parametrize("host", ["facebook.com", "notis.example"])
def test_other_methods(responder: Responder, method: str, host: str) -> None:
    found = responder.answer(get(host, method=method), b"", HQ, WORK)
    assert found.status == 405
    assert ("Allow", "GET, HEAD") in found.fields


def test_every_answer_has_the_fields_that_protect() -> None:
    head = Response(200, b"x", (("A", "b"),)).encode().decode()
    for field in (
        "Content-Security-Policy: default-src 'none'; ",
        "X-Content-Type-Options: nosniff\r\n",
        "Cache-Control: no-store\r\n",
        "Referrer-Policy: same-origin\r\n",
        "Connection: close\r\n",
        "Content-Length: 1\r\n",
        "A: b\r\n",
    ):
        assert field in head
    assert head.endswith("\r\n\r\nx")
    assert short(404).encode(only_head=True).endswith(b"\r\n\r\n")


def test_adopting_changes_the_answers(
    responder: Responder, policy: Snapshot, details: PortalSettings
) -> None:
    responder.adopt(policy, replace(details, contact="Bilik 9"))
    assert b"Bilik 9" in responder.answer(get("facebook.com"), b"", HQ, WORK).body


def test_an_acknowledgement_is_taken_down(policy: Snapshot, details: PortalSettings, tmp_path: Path) -> None:
    """NOT-6."""
    file = tmp_path / "acknowledged.jsonl"
    responder = Responder(policy, replace(details, acknowledged=str(file)))
    found = responder.answer(post(), b"who=Officer+1%21", HQ, WORK)
    assert found.status == 303
    assert ("Location", "/terima-kasih") in found.fields
    assert json.loads(file.read_text()) == {
        "who": "Officer 1!",
        "at": "2026-08-10T02:00:00+00:00",
        "version": policy.version,
    }
    page = responder.answer(get("notis.example", "/terima-kasih"), b"", HQ, WORK)
    assert b"Perakuan anda telah direkodkan." in page.body


@pytest.mark.parametrize(
    ("request_", "body", "status"),
    [
        (post(origin="http://evil.example"), b"who=a", 403),
        (post(origin="null"), b"who=a", 403),
        (post(origin="http://[bad"), b"who=a", 403),
        (post(kind="text/plain"), b"who=a", 403),
        (post(), b"", 400),
        (post(), b"who=", 400),
        (post(), b"who=" + b"a" * 65, 400),
        (post(), b"who=%00", 400),
        (post(), b"\xff", 400),
        (post(), b"a&b&c&d&e&f", 400),
        (post(host="facebook.com", origin=None), b"who=a", 405),
    ],
)
def test_what_is_no_acknowledgement(
    policy: Snapshot, details: PortalSettings, tmp_path: Path, request_: Request, body: bytes, status: int
) -> None:
    file = tmp_path / "acknowledged.jsonl"
    responder = Responder(policy, replace(details, acknowledged=str(file)))
    assert responder.answer(request_, body, HQ, WORK).status == status
    assert not file.exists()


def test_acknowledgements_are_off_by_default(responder: Responder) -> None:
    assert responder.answer(post(), b"who=a", HQ, WORK).status == 405
