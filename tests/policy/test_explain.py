from __future__ import annotations

from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.policy.decide import Decision, decide
from sm_dns.policy.explain import DecisionTold, WhoAsks, described
from tests.policy.office import GUEST, HQ, LATER, UMP, at, exemption, office


def told(address: str, name: str, now: str, **changes: Any) -> DecisionTold:
    return told_at(address, name, at(now), **changes)


def told_at(address: str, name: str, now: float, **changes: Any) -> DecisionTold:
    snapshot = office(**changes)
    client = snapshot.clients.classify(address)
    decision = (
        Decision("deny", "NOT_SERVED", answer="refused")
        if client is None
        else decide(snapshot, client, from_text(name), now)
    )
    return described(snapshot, WhoAsks(address), from_text(name), "A", decision, now)


def test_a_denied_name_in_full() -> None:
    assert told(HQ, "www.facebook.com", "2026-08-10T10:00") == DecisionTold(
        name="www.facebook.com",
        type="A",
        client=HQ,
        group="hq",
        mode="enforce",
        at="2026-08-10T10:00:00",
        decision="deny",
        category="social",
        service="facebook",
        list="shipped:social/facebook.txt",
        listed="facebook.com",
        line=1,
        reason_code="WORKING_HOURS",
        reason="Working hours; permitted from Monday, 10 August 2026, 13:00.",
        next_transition="2026-08-10T13:00:00",
        seconds_to_transition=10800,
        ttl_cap=60,
        would_deny=False,
        ruled=False,
        exemption=None,
        switch=None,
        known_as=(),
        beaten=(),
    )


@pytest.mark.parametrize(
    ("address", "name", "now", "expected"),
    [
        (HQ, "facebook.com", "2026-08-10T13:00:00", ("permit", "REST", "2026-08-10T14:00:00", 3600, 300)),
        (HQ, "facebook.com", "2026-08-10T13:59:50", ("permit", "REST", "2026-08-10T14:00:00", 10, 10)),
        (
            HQ,
            "facebook.com",
            "2026-08-10T12:59:59",
            ("deny", "WORKING_HOURS", "2026-08-10T13:00:00", 1, 1),
        ),
        (HQ, "youtube.com", "2026-08-10T13:30", ("deny", "STREAMING", None, None, 60)),
        (HQ, "dns.google", "2026-08-10T13:30", ("deny", "BYPASS", None, None, 60)),
        (HQ, "whatsapp.com", "2026-08-10T10:00", ("permit", "CATEGORY_PERMITTED", None, None, 300)),
        (HQ, "www.example", "2026-08-10T10:00", ("forward", "NOT_LISTED", None, None, None)),
        (GUEST, "facebook.com", "2026-08-10T10:00", ("forward", "GROUP_OFF", None, None, None)),
        (
            UMP,
            "facebook.com",
            "2026-08-10T10:00",
            ("permit", "WORKING_HOURS", "2026-08-10T13:00:00", 10800, 300),
        ),
        (
            LATER,
            "youtube.com",
            "2026-08-10T13:29",
            ("permit", "NOT_IN_FORCE", "2026-08-10T13:30:00", 60, 60),
        ),
        ("8.8.8.8", "facebook.com", "2026-08-10T10:00", ("deny", "NOT_SERVED", None, None, None)),
        ("rubbish", "facebook.com", "2026-08-10T10:00", ("deny", "NOT_SERVED", None, None, None)),
    ],
)
def test_what_is_told(address: str, name: str, now: str, expected: tuple[object, ...]) -> None:
    found = told(address, name, now)
    keys = ("decision", "reason_code", "next_transition", "seconds_to_transition", "ttl_cap")
    assert tuple(getattr(found, key) for key in keys) == expected
    assert found.reason[0].isupper()
    assert found.reason.endswith(".")


def test_a_client_that_is_not_served_has_no_group() -> None:
    found = told("8.8.8.8", "facebook.com", "2026-08-10T10:00")
    assert (found.group, found.mode, found.category) == (None, None, None)


def test_monitor_says_what_would_have_happened() -> None:
    found = told(UMP, "youtube.com", "2026-08-10T10:00")
    assert found.would_deny is True
    assert str(found.reason) == "Streaming media, not permitted at any time; denied in a group that enforces."


def test_a_fraction_of_a_second_never_lengthens_an_answer() -> None:
    found = told_at(HQ, "facebook.com", at("2026-08-10T13:59:50") + 0.5)
    assert (found.at, found.ttl_cap) == ("2026-08-10T13:59:50", 9)


def test_the_end_of_an_exemption_is_the_next_transition() -> None:
    found = told(HQ, "facebook.com", "2026-08-10T10:00", exemptions=[exemption()])
    assert (found.reason_code, found.next_transition) == ("EXEMPTION", "2026-08-10T11:00:00")


def test_times_are_in_the_zone_of_the_clients_schedule() -> None:
    schedules = {"default": {"timezone": "Asia/Tokyo"}, "later": {}}
    found = told(HQ, "facebook.com", "2026-08-10T10:00", schedules=schedules)
    assert (found.at, found.next_transition) == ("2026-08-10T11:00:00", "2026-08-10T13:00:00")


@pytest.mark.parametrize(
    ("mode", "expected"), [("open", "Public holiday (National Day)."), ("closed", "closed by")]
)
def test_a_holiday_is_named(mode: str, expected: str) -> None:
    schedule = {"holidays": {"2026-08-31": "National Day"}, "holiday_mode": mode}
    found = told(HQ, "facebook.com", "2026-08-31T23:59", schedules={"default": schedule, "later": {}})
    assert expected in found.reason
    assert "(National Day)" in found.reason


def test_what_decides_and_what_it_beats_are_told() -> None:
    """Each listing of the name, in the order in which it would decide."""
    youtube = told(HQ, "youtube.com", "2026-08-10T13:15")
    assert [(one.category, one.action, one.line) for one in youtube.beaten] == [("social", "schedule", 4)]
    chat = told(HQ, "chat.facebook.com", "2026-08-10T10:00")
    assert [(one.category, one.service, one.action) for one in chat.beaten] == [
        ("messaging", "messenger", "permit")
    ]
    rules = [{"service": "messenger", "action": "deny", "who": []}]
    closed = told(HQ, "chat.facebook.com", "2026-08-10T13:15", services=rules)
    assert (closed.ruled, closed.reason) == (True, "A service that the site has closed.")
    assert [(one.category, one.action) for one in closed.beaten] == [("social", "schedule")]
    assert told(HQ, "example.org", "2026-08-10T13:15").beaten == ()


def test_the_exemption_that_is_used_is_told() -> None:
    found = told(HQ, "facebook.com", "2026-08-10T10:00", exemptions=[exemption()])
    assert found.exemption is not None
    assert (found.exemption.id, found.exemption.approver) == ("E1", "head of CTM")
    assert (found.exemption.reason, found.exemption.expires) == ("press office", "2026-08-10T11:00:00")
    assert told(HQ, "facebook.com", "2026-08-10T12:00", exemptions=[exemption()]).exemption is None
