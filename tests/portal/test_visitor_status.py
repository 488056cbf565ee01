from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.visitor_status import Standing, notice, of_site
from tests.support.desk import GUEST, HQ, LATER, LUNCH, ONE, TWO, UMP, WORK, snapshot


def stand(policy: Snapshot, host: str, now: float, address: str = HQ) -> Standing:
    client = policy.clients.classify(address)
    assert client is not None
    return of_site(policy, client, host, now)


@pytest.mark.parametrize(
    ("host", "now", "address", "kind"),
    [
        ("facebook.com", WORK, HQ, "closed"),
        ("www.Facebook.com", WORK, HQ, "closed"),
        ("facebook.com", LUNCH, HQ, "open"),
        ("youtube.com", LUNCH, HQ, "streaming"),
        ("dns.google", LUNCH, HQ, "denied"),
        ("sinkhole.example", LUNCH, HQ, "denied"),
        ("whatsapp.com", WORK, HQ, "open"),
        ("press.facebook.com", WORK, HQ, "open"),
        ("www.example.com", WORK, HQ, "alias"),
        ("facebook.com", WORK, UMP, "open"),
        ("facebook.com", WORK, GUEST, "open"),
        ("facebook.com", WORK, LATER, "open"),
        ("facebook.com", ONE + 3600, LATER, "closed"),
        ("<script>alert(1)</script>", WORK, HQ, "alias"),
        ("a" * 70 + ".com", WORK, HQ, "alias"),
    ],
)
def test_every_kind(policy: Snapshot, host: str, now: float, address: str, kind: str) -> None:
    assert stand(policy, host, now, address).kind == kind


def test_a_closed_site_has_its_service_and_the_next_opening(policy: Snapshot) -> None:
    found = stand(policy, "www.facebook.com", WORK)
    assert (found.name, found.service, found.category) == ("www.facebook.com", "facebook.com", "social")
    assert found.opens_at == ONE
    assert found.reference == f"{policy.version}-WORKING_HOURS"
    assert stand(policy, "facebook.com", LUNCH).opens_at is None


def test_what_is_no_name_is_not_shown(policy: Snapshot) -> None:
    assert stand(policy, "<b>", WORK).name == ""


def test_the_notice_stands_for_the_clients_own_schedule(policy: Snapshot) -> None:
    client = policy.clients.classify(LATER)
    assert client is not None
    found = notice(policy, client, WORK)
    assert (found.kind, found.name, found.in_force) == ("notice", "", False)
    assert notice(policy, client, TWO).in_force


def test_exemptions_in_force_are_told(tmp_path: Path) -> None:
    exemption = {
        "id": "ex-1",
        "group": "hq",
        "category": "social",
        "approver": "x",
        "reason": "y",
        "starts": int(WORK) - 60,
        "expires": int(WORK) + 60,
    }
    policy = snapshot(tmp_path, exemptions=[exemption])
    assert [one.id for one in stand(policy, "facebook.com", WORK).exemptions] == ["ex-1"]
    assert stand(policy, "facebook.com", WORK).kind == "open"
    assert stand(policy, "facebook.com", WORK + 60).exemptions == ()


def switched(policy: Snapshot, turn: str, **about: str) -> Snapshot:
    given = {"category": None, "service": None, **about}
    return policy.switched(
        [
            Switch(
                "S1",
                turn,
                given["category"],
                given["service"],
                (),
                "CTM",
                "briefing",
                int(WORK) - 60,
                int(WORK) + 600,
            )
        ]
    )


def test_what_is_closed_for_a_while_is_called_so_until_its_end(policy: Snapshot) -> None:
    closed = switched(policy, "close", service="whatsapp.com")
    found = stand(closed, "whatsapp.com", WORK)
    assert (found.kind, found.title, [one.id for one in found.switches]) == ("shut", "shut", ["S1"])
    assert stand(closed, "whatsapp.com", WORK + 600).kind == "open"
    assert stand(closed, "facebook.com", WORK).kind == "closed"


def test_while_the_policy_is_paused_nothing_is_closed(policy: Snapshot) -> None:
    paused = switched(policy, "pause")
    found = stand(paused, "facebook.com", WORK)
    assert found.kind == "open" and found.pause is not None
    client = paused.clients.classify(HQ)
    assert client is not None
    assert notice(paused, client, WORK).pause is not None
    assert notice(paused, client, WORK + 600).pause is None
