"""Where staff ask for a closed site: what is taken, what is not, and what is shown of it. T17, NOT-7."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from sm_dns.ipc.visitor_requests import MAX_NAME, MAX_PURPOSE, MAX_TAKEN, RequestStanding
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.http.request import Request
from sm_dns.portal.http.response import Response
from sm_dns.portal.request_desk import (
    MAX_A_DAY,
    MAX_A_MINUTE,
    MAX_BY_CLIENT,
    MAX_CLIENTS,
    MAX_WAITING,
    TOKEN_SECONDS,
)
from sm_dns.portal.respond import MAX_BODY, Responder
from sm_dns.portal.settings import PortalSettings, RequestForm
from tests.portal.page.test_html import Reader
from tests.support.desk import GUEST, HQ, LATER, LUNCH, STRANGER, UMP, WORK, snapshot

FORM = "application/x-www-form-urlencoded"
FIELDS = {
    "name": "Officer 1",
    "department": "Finance",
    "purpose": "Page of the agency",
    "until": "2026-08-10",
}
MIDNIGHT = WORK + 14 * 3600  # the end of the Monday
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


class Staff:
    """Somebody at a browser, at one address."""

    def __init__(self, responder: Responder, address: str = HQ, host: str = "www.facebook.com") -> None:
        self.responder = responder
        self.address = address
        self.host = host

    def get(self, path: str = "/", now: float = WORK) -> Response:
        return self.responder.answer(Request("GET", path, self.host, 0, "", None), b"", self.address, now)

    def token(self, now: float = WORK) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.get(now=now).body.decode())
        return found[1] if found else ""

    def send(
        self,
        now: float = WORK,
        origin: str | None = None,
        kind: str = FORM,
        token: str | None = None,
        **fields: Any,
    ) -> Response:
        given = {"token": self.token(now) if token is None else token, **FIELDS, **fields}
        request = Request("POST", "/permohonan", self.host, 0, kind, origin or f"http://{self.host}")
        return self.responder.answer(request, urlencode(given).encode(), self.address, now)


@pytest.fixture
def responder(policy: Snapshot, details: PortalSettings) -> Responder:
    return Responder(policy, replace(details, requests=RequestForm(("Finance", "Audit"), 7 * 86_400)))


def test_a_request_is_taken_and_shown_to_its_device_alone(responder: Responder) -> None:
    found = Staff(responder).send(purpose="  Page\nof\tthe agency ")
    assert (found.status, ("Location", "/permohonan") in found.fields) == (303, True)
    for staff in (Staff(responder), Staff(responder, host="notis.example")):
        shown = Reader(staff.get("/permohonan").body.decode()).text
        assert "www.facebook.com: sent" in shown
        assert "Officer 1" not in shown and "Page of" not in shown
    assert "sent" not in Reader(Staff(responder, "10.1.0.2").get("/permohonan").body.decode()).text
    (wanted,) = responder.desk.hand_over()
    assert (wanted.client, wanted.site, wanted.until) == (HQ, "www.facebook.com", MIDNIGHT)
    assert (wanted.name, wanted.department, wanted.purpose) == ("Officer 1", "Finance", "Page of the agency")
    assert responder.desk.hand_over() == ()


def test_on_the_portal_itself_the_site_is_asked_for(responder: Responder) -> None:
    staff = Staff(responder, host="notis.example")
    for site in ("m.facebook.com", "https://m.facebook.com/x?y", "M.Facebook.com/"):
        assert staff.send(site=site).status == 303
    assert [each.site for each in responder.desk.hand_over()] == [
        "m.facebook.com"
    ]  # the same again is the same


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"site": "facebook"}, 400, "is not closed to this device"),
        ({"site": "http://[bad"}, 400, "not the address of a site"),
        ({"site": ""}, 400, "not the address of a site"),
        ({"site": HOSTILE}, 400, "not the address of a site"),
        ({"site": "dns.google"}, 400, "is not closed to this device"),
        ({"site": "use-application-dns.net"}, 400, "is not closed to this device"),
        ({"site": "whatsapp.com"}, 400, "is not closed to this device"),
        ({"name": ""}, 400, "Fill in every field"),
        ({"name": "a" * (MAX_NAME + 1)}, 400, "Fill in every field"),
        ({"name": "a\x1b[31m"}, 400, "Fill in every field"),
        ({"name": "a\u202eb"}, 400, "Fill in every field"),
        ({"purpose": "a" * (MAX_PURPOSE + 1)}, 400, "Fill in every field"),
        ({"department": ""}, 400, "Fill in every field"),
        ({"department": "Library"}, 400, "Fill in every field"),
        ({"until": ""}, 400, "Choose a last day"),
        ({"until": "2026-08-09"}, 400, "Fill in every field"),
        ({"until": "2026-08-18"}, 400, "Choose a last day"),
        ({"until": "someday"}, 400, "Choose a last day"),
        ({"token": ""}, 403, "open for too long"),
        ({"token": f"{int(WORK)}-{'0' * 64}"}, 403, "open for too long"),
        ({"token": "²-1"}, 403, "open for too long"),
    ],
)
def test_what_is_not_taken_stands_in_the_form_again(
    responder: Responder, fields: dict[str, Any], status: int, sentence: str
) -> None:
    given: dict[str, Any] = {"site": "facebook.com", **fields}
    found = Staff(responder, host="notis.example").send(**given)
    page = found.body.decode()
    assert (found.status, sentence in Reader(page).text) == (status, True)
    assert "<script>alert" not in page and "<img" not in page
    assert 'value="Officer 1"' in page or "name" in fields
    assert responder.desk.hand_over() == ()


def test_the_last_day_ends_where_the_longest_request_does(responder: Responder) -> None:
    assert Staff(responder).send(until="2026-08-17").status == 303
    assert responder.desk.hand_over()[0].until == WORK + 7 * 86_400


@pytest.mark.parametrize(
    ("origin", "kind", "status"),
    [
        ("http://evil.example", FORM, 403),
        ("null", FORM, 403),
        ("http://[bad", FORM, 403),
        (None, "text/plain", 403),
        (None, "multipart/form-data", 403),
    ],
)
def test_a_form_of_another_site_is_refused(
    responder: Responder, origin: str | None, kind: str, status: int
) -> None:
    staff = Staff(responder)
    assert staff.send(origin=origin, kind=kind).status == status
    assert responder.desk.hand_over() == ()


def test_a_form_is_good_for_its_address_its_host_and_a_while(responder: Responder) -> None:
    """T17: who can make a browser post cannot know the token of its address."""
    token = Staff(responder).token()
    assert Staff(responder, "10.1.0.2").send(token=token).status == 403
    assert Staff(responder, host="m.facebook.com").send(token=token).status == 403
    assert Staff(responder).send(WORK + TOKEN_SECONDS, token=token).status == 403
    assert Staff(responder).send(WORK - 1, token=token).status == 403
    assert Staff(responder).send(WORK + TOKEN_SECONDS - 3600 * 6, token=token).status == 303


@pytest.mark.parametrize(
    ("address", "host", "now", "offers"),
    [
        (HQ, "www.facebook.com", WORK, True),
        (HQ, "notis.example", WORK, True),
        (HQ, "youtube.com", LUNCH, True),
        (HQ, "www.facebook.com", LUNCH, False),
        (HQ, "dns.google", WORK, False),
        (HQ, "www.example.org", WORK, False),
        (UMP, "notis.example", WORK, False),
        (UMP, "www.facebook.com", WORK, False),
        (GUEST, "www.facebook.com", WORK, False),
        (LATER, "notis.example", WORK, False),
    ],
)
def test_only_what_is_closed_to_a_client_can_be_asked_for(
    responder: Responder, address: str, host: str, now: float, offers: bool
) -> None:
    staff = Staff(responder, address, host)
    assert bool(staff.token(now)) is offers
    if not offers:
        made = responder.desk._token(address, host, int(now))
        assert staff.send(now, token=made, site="facebook.com").status == 400 or address == HQ
        assert responder.desk.hand_over() == () or host == "notis.example"


def test_strangers_and_odd_methods(responder: Responder) -> None:
    assert Staff(responder, STRANGER).get("/permohonan").status == 403
    odd = responder.answer(Request("PUT", "/permohonan", "notis.example", 0, FORM, None), b"", HQ, WORK)
    assert (odd.status, ("Allow", "GET, HEAD, POST") in odd.fields) == (405, True)


def test_bodies_that_are_no_form(responder: Responder) -> None:
    for body in (b"", b"\xff", b"a&b", b"&".join(b"f%d=1" % number for number in range(20))):
        request = Request("POST", "/permohonan", "notis.example", 0, FORM, "http://notis.example")
        assert responder.answer(request, body, HQ, WORK).status in (400, 403)
    assert responder.desk.hand_over() == ()


def test_the_longest_request_in_any_script_fits_a_body(responder: Responder) -> None:
    staff = Staff(responder, host="notis.example")
    given: dict[str, Any] = {
        "name": "\u0b85" * MAX_NAME,
        "purpose": "\u0b85" * MAX_PURPOSE,
        "site": "www.facebook.com",
    }
    assert len(urlencode({"token": staff.token(), **FIELDS, **given})) + 9 * MAX_NAME < MAX_BODY
    assert staff.send(**given).status == 303


def test_one_address_cannot_flood(responder: Responder) -> None:
    """T10: nor can it by asking again and again for what was decided."""
    staff = Staff(responder, host="notis.example")
    statuses = [staff.send(site=f"{number}.facebook.com").status for number in range(MAX_BY_CLIENT + 3)]
    assert statuses == [303] * MAX_BY_CLIENT + [429] * 3
    asked = MAX_BY_CLIENT
    while asked < MAX_A_DAY:
        responder.desk.hand_over()
        responder.desk.hand_over()  # decided meanwhile
        assert staff.send(WORK + 60 * asked, site="facebook.com").status == 303
        asked += 1
    responder.desk.hand_over()
    responder.desk.hand_over()
    found = staff.send(WORK + 3600, site="facebook.com")
    assert (found.status, "Too many requests came from this device" in found.body.decode()) == (429, True)
    assert staff.send(WORK + 86_400, site="facebook.com", until="2026-08-11").status == 303


def test_many_addresses_cannot_flood(responder: Responder) -> None:
    for number in range(MAX_TAKEN):
        assert Staff(responder, f"10.1.1.{number}").send().status == 303
    assert Staff(responder, "10.1.2.1").send().status == 503  # until they are taken
    taken = MAX_TAKEN
    while taken < MAX_A_MINUTE:
        responder.desk.hand_over()
        assert Staff(responder, f"10.1.3.{taken}").send().status == 303
        taken += 1
    responder.desk.hand_over()
    responder.desk.hand_over()
    assert Staff(responder, "10.1.2.1").send().status == 503
    assert Staff(responder, "10.1.2.1").send(WORK + 60).status == 303


def row(number: int, state: str = "waiting", client: str = HQ, **more: object) -> RequestStanding:
    given = RequestStanding(
        f"r{number}", client, f"{number}.facebook.com", "waiting", int(WORK) + 3600, "", ""
    )
    return replace(given, state=state, **more)  # type: ignore[arg-type]


def test_no_more_wait_than_there_is_room_for(responder: Responder) -> None:
    rows = tuple(row(number, client=f"10.1.9.{number % 250}") for number in range(MAX_WAITING))
    responder.desk.note(rows[:100], first=True)
    responder.desk.note(rows[100:], first=False)
    assert Staff(responder).send().status == 503
    responder.desk.note(rows[:100], first=True)
    assert Staff(responder).send().status == 303


def test_counts_of_addresses_are_bounded(responder: Responder) -> None:
    responder.desk._day = int(WORK) // 86_400
    responder.desk._counts = {str(number): 1 for number in range(MAX_CLIENTS)}
    assert Staff(responder).send().status == 303
    assert len(responder.desk._counts) == 1


@pytest.mark.parametrize(
    ("state", "reason", "sentence", "follows"),
    [
        ("waiting", "", "waiting for a decision", True),
        ("declined", "ask <b>CTM</b>", "declined Reason: ask <b>CTM</b>", False),
        ("expired", "", "nobody decided in time", False),
        ("ended", "", "was approved, and has ended", False),
        ("approved", "for the campaign", "approved; it opens in a moment Reason: for the campaign", True),
    ],
)
def test_how_a_request_stands(
    responder: Responder, state: str, reason: str, sentence: str, follows: bool
) -> None:
    responder.desk.note((row(1, state, reason=reason, exemption="e1"),), first=True)
    for path in ("/", "/permohonan"):
        page = Staff(responder).get(path).body.decode()
        assert f"1.facebook.com: {sentence}" in Reader(page).text
        assert ('data-follow=""' in page) is follows
        assert (f'content="{5}"' in page) is (follows and path != "/")


def test_what_is_approved_is_open_once_the_pages_go_by_it(
    tmp_path_factory: pytest.TempPathFactory, responder: Responder
) -> None:
    exemption = {
        **{"id": "e1", "network": f"{HQ}/32", "category": "social", "approver": "head", "reason": "r"},
        **{"starts": int(WORK) - 5, "expires": int(WORK) + 3600},
    }
    responder.desk.note((row(1, "approved", exemption="e1"),), first=True)
    responder.adopt(snapshot(tmp_path_factory.mktemp("other"), exemptions=[exemption]), responder.details)
    page = Staff(responder, host="notis.example").get("/permohonan").body.decode()
    assert "approved and open until Monday, 10 August 2026, at 11:00" in Reader(page).text
    assert 'href="http://1.facebook.com/"' in page and 'data-follow=""' not in page


def test_where_nobody_may_ask_there_is_nothing_of_it(policy: Snapshot, details: PortalSettings) -> None:
    staff = Staff(Responder(policy, details))
    assert not staff.token()
    assert staff.send(token="1-x").status == 405
    assert staff.get("/permohonan").status == 403  # a page of the closed site
