"""Rules for services, and where they stand in the order of precedence: docs/policy.md, row by row."""

from __future__ import annotations

from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.policy.decide import Decision, decide
from sm_dns.policy.service_rules import ServiceRule, check
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util.errors import BadInput
from tests.policy.office import GUEST, HQ, LATER, UMP, at, client, exemption, office

WORK, REST = at("2026-08-10T10:00"), at("2026-08-10T13:15")
ONE, TWO = at("2026-08-10T13:00"), at("2026-08-10T14:00")


def ruled(*rules: dict[str, Any], **changes: Any) -> Snapshot:
    return office(services=list(rules), **changes)


def rule(service: str, action: str, *groups: str) -> dict[str, Any]:
    return {"service": service, "action": action, "who": [f"group:{name}" for name in groups]}


def ask(snapshot: Snapshot, name: str, now: float, address: str = HQ) -> Decision:
    return decide(snapshot, client(snapshot, address), from_text(name), now)


def brief(decision: Decision) -> tuple[str, str, int | None]:
    return decision.action, decision.reason_code, decision.valid_until


@pytest.mark.parametrize(
    ("rules", "name", "now", "expected"),
    [
        # Streaming by the windows: YouTube is listed as streaming and as social.
        ([("youtube", "schedule")], "www.youtube.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        ([("youtube", "schedule")], "www.youtube.com", REST, ("permit", "REST", TWO)),
        ([("youtube", "permit")], "youtube.com", WORK, ("permit", "SERVICE_PERMITTED", None)),
        # Messaging closed, and by the windows.
        ([("whatsapp", "deny")], "whatsapp.com", REST, ("deny", "SERVICE_DENIED", None)),
        ([("whatsapp", "schedule")], "whatsapp.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        # Social closed, and open.
        ([("facebook", "deny")], "facebook.com", REST, ("deny", "SERVICE_DENIED", None)),
        ([("facebook", "permit")], "facebook.com", WORK, ("permit", "SERVICE_PERMITTED", None)),
        # A rule that says what the category says changes no word.
        ([("fbvideo", "deny")], "video.facebook.com", REST, ("deny", "STREAMING", None)),
        ([("facebook", "schedule")], "facebook.com", REST, ("permit", "REST", TWO)),
        # The allow list beats a rule.
        ([("press", "deny")], "press.facebook.com", WORK, ("permit", "ALLOW_LIST", None)),
        # Another service below keeps its category, which decides as ever: streaming over what is permitted by rule,
        # a denied service over the windows, the windows over a permitted one.
        ([("facebook", "permit")], "video.facebook.com", REST, ("deny", "STREAMING", None)),
        ([("messenger", "deny")], "chat.facebook.com", REST, ("deny", "SERVICE_DENIED", None)),
        ([("messenger", "permit")], "chat.facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        ([("fbvideo", "schedule")], "video.facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        # Signals stay signals.
        ([("canary", "permit")], "use-application-dns.net", WORK, ("permit", "SERVICE_PERMITTED", None)),
        ([("relay", "deny")], "mask.icloud.com", WORK, ("deny", "BYPASS_SIGNAL", None)),
        # Of two rules for one service the first decides.
        (
            [("whatsapp", "deny"), ("whatsapp", "permit")],
            "whatsapp.com",
            WORK,
            ("deny", "SERVICE_DENIED", None),
        ),
        # A service that lists nothing.
        ([("gone", "deny")], "lost.example", WORK, ("forward", "NOT_LISTED", None)),
        ([("nothing", "deny")], "example.org", WORK, ("forward", "NOT_LISTED", None)),
    ],
)
def test_a_rule_gives_a_service_another_place(
    rules: list[tuple[str, str]], name: str, now: float, expected: tuple[str, str, int | None]
) -> None:
    assert brief(ask(ruled(*(rule(*each) for each in rules)), name, now)) == expected


def test_an_exemption_beats_a_rule() -> None:
    open_for = exemption(category=None, service="whatsapp", expires=TWO)
    found = ask(ruled(rule("whatsapp", "deny"), exemptions=[open_for]), "whatsapp.com", WORK)
    assert brief(found) == ("permit", "EXEMPTION", TWO)


def test_a_rule_is_for_whom_it_says() -> None:
    snapshot = ruled(rule("youtube", "permit", "later"), rule("youtube", "schedule", "hq", "ump"))
    assert ask(snapshot, "youtube.com", WORK, LATER).reason_code == "SERVICE_PERMITTED"
    assert brief(ask(snapshot, "youtube.com", REST, HQ)) == ("permit", "REST", TWO)
    assert ask(ruled(rule("youtube", "permit", "ump")), "youtube.com", REST, HQ).reason_code == "STREAMING"


def test_a_group_that_is_only_monitored_is_told_what_would_be_denied() -> None:
    snapshot = ruled(rule("whatsapp", "deny"))
    found = ask(snapshot, "whatsapp.com", WORK, UMP)
    assert (found.action, found.would_deny, found.reason_code) == ("permit", True, "SERVICE_DENIED")
    assert ask(snapshot, "whatsapp.com", WORK, GUEST).reason_code == "GROUP_OFF"


def test_the_answer_stays_that_of_the_category_and_of_the_line() -> None:
    assert ask(ruled(rule("google", "schedule")), "dns.google", WORK).answer == "nxdomain"
    assert ask(ruled(rule("games", "schedule")), "games.example", WORK).answer == "nodata"


def test_a_group_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadInput, match="service 'x': there is no group 'hp'"):
        check(ServiceRule("x", "deny", ("group:hp",)), ["hq"])
    for wrong in (rule("x", "allow"), rule("x", ""), {"service": "x"}, {"action": "deny"}, "x"):
        with pytest.raises(BadInput, match="services"):
            office(services=[wrong])
