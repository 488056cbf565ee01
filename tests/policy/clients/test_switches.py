"""Switches: what they say over a name, to the second, and where they stand in the order of precedence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.policy.clients.switches import Switch, in_order, read_file
from sm_dns.policy.decide import Decision, decide
from sm_dns.policy.denials.denial_text import NO_CITATION, ede_text
from sm_dns.util.errors import BadInput
from tests.policy.office import GUEST, HQ, LATER, UMP, at, exemption, office

WORK, REST = at("2026-08-10T10:00"), at("2026-08-10T13:15")
ONE, TWO = at("2026-08-10T13:00"), at("2026-08-10T14:00")
UNTIL = at("2026-08-10T10:30")


def switch(turn: str, **changes: Any) -> Switch:
    given: dict[str, Any] = {
        "id": "S1",
        "turn": turn,
        "category": None,
        "service": None,
        "who": (),
        "by": "CTM",
        "reason": "briefing",
        "starts": at("2026-08-10T09:00"),
        "expires": UNTIL,
    }
    return Switch(**{**given, **changes})


def ask(
    name: str, now: float, *switches: Switch, address: str = HQ, known: tuple[str, ...] = (), **policy: Any
) -> Decision:
    snapshot = office(**policy).switched(switches)
    client = snapshot.clients.classify(address, known)
    assert client is not None
    return decide(snapshot, client, from_text(name), now)


def brief(found: Decision) -> tuple[str, str, int | None]:
    return found.action, found.reason_code, found.valid_until


@pytest.mark.parametrize(
    ("turned", "name", "now", "expected"),
    [
        # Paused: nothing is denied, and it is counted what would have been.
        (switch("pause"), "facebook.com", WORK, ("permit", "PAUSED", UNTIL)),
        (switch("pause"), "youtube.com", WORK, ("permit", "PAUSED", UNTIL)),
        (switch("pause"), "use-application-dns.net", WORK, ("permit", "PAUSED", UNTIL)),
        (switch("emergency"), "youtube.com", WORK, ("permit", "EMERGENCY", UNTIL)),
        (switch("pause", expires=TWO), "facebook.com", REST, ("permit", "REST", TWO)),
        (switch("pause"), "whatsapp.com", WORK, ("permit", "CATEGORY_PERMITTED", UNTIL)),
        (switch("pause"), "example.org", WORK, ("forward", "NOT_LISTED", None)),
        # Opened: a category where it decides, a service wherever it is listed.
        (switch("open", category="social"), "facebook.com", WORK, ("permit", "OPENED", UNTIL)),
        (switch("open", category="social"), "youtube.com", WORK, ("deny", "STREAMING", None)),
        (switch("open", service="youtube"), "youtube.com", WORK, ("permit", "OPENED", UNTIL)),
        (switch("open", service="youtube"), "facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        # Closed: what is permitted, what is open by the hours.
        (switch("close", service="whatsapp"), "whatsapp.com", WORK, ("deny", "CLOSED", UNTIL)),
        (switch("close", category="social", expires=TWO), "facebook.com", REST, ("deny", "CLOSED", TWO)),
        # The allow list comes before all.
        (switch("close", category="social"), "press.facebook.com", WORK, ("permit", "ALLOW_LIST", None)),
        (switch("close", service="press"), "press.facebook.com", WORK, ("permit", "ALLOW_LIST", None)),
        # One that has ended, and one that is to come.
        (switch("pause", expires=WORK), "facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        (switch("pause"), "facebook.com", UNTIL - 1, ("permit", "PAUSED", UNTIL)),
        (switch("pause", starts=WORK + 60), "facebook.com", WORK, ("deny", "WORKING_HOURS", WORK + 60)),
    ],
)
def test_what_a_switch_says(
    turned: Switch, name: str, now: float, expected: tuple[str, str, int | None]
) -> None:
    assert brief(ask(name, now, turned)) == expected


def test_what_a_pause_lets_through_is_counted_as_what_would_be_denied() -> None:
    found = ask("facebook.com", WORK, switch("pause"))
    assert (found.would_deny, found.switch, found.settled) == (True, "S1", True)
    assert not ask("facebook.com", WORK, switch("open", category="social")).would_deny


def test_of_several_the_last_that_was_turned_decides_and_an_emergency_comes_first() -> None:
    opened = switch("open", category="social", id="A", starts=WORK - 60)
    closed = switch("close", service="facebook", id="B", starts=WORK - 30)
    again = switch("open", service="facebook", id="C", starts=WORK - 30)
    emergency = switch("emergency", id="D", starts=WORK - 3600)
    assert ask("facebook.com", WORK, closed, opened).switch == "B"
    assert (
        ask("facebook.com", WORK, opened, closed, again).switch == "C"
    )  # in the same second: the later line
    assert ask("facebook.com", WORK, emergency, opened, closed).switch == "D"
    assert [one.id for one in in_order([opened, emergency, closed, again])] == ["D", "C", "B", "A"]


def test_one_that_decides_does_so_to_its_end_whatever_ends_meanwhile_unless_another_begins() -> None:
    opened = switch("open", service="facebook", id="A", starts=WORK - 60, expires=WORK + 60)
    closed = switch("close", service="facebook", id="B", starts=WORK - 30, expires=WORK + 600)
    assert ask("facebook.com", WORK, opened, closed).valid_until == WORK + 600
    later = switch("pause", id="C", starts=WORK + 90, expires=WORK + 120)
    assert ask("facebook.com", WORK, opened, closed, later).valid_until == WORK + 90
    assert ask("facebook.com", WORK + 90, opened, closed, later).reason_code == "PAUSED"
    assert ask("facebook.com", WORK + 120, opened, closed, later).reason_code == "CLOSED"


def test_it_comes_before_exemptions_and_rules() -> None:
    found = ask("facebook.com", WORK, switch("close", category="social"), exemptions=[exemption()])
    assert brief(found) == ("deny", "CLOSED", UNTIL)
    rules = [{"service": "whatsapp", "action": "deny"}]
    assert brief(ask("whatsapp.com", WORK, switch("open", service="whatsapp"), services=rules)) == (
        "permit",
        "OPENED",
        UNTIL,
    )


def test_it_is_for_whom_it_says() -> None:
    for who, address, known in (
        ("group:hq", HQ, ()),
        ("network:10.1.0.0/24", HQ, ()),
        ("staff:a1234", LATER, ("staff:a1234",)),
    ):
        turned = switch("close", service="whatsapp", who=(who,), expires=TWO)
        assert ask("whatsapp.com", REST + 900, turned, address=address, known=known).action == "deny"
        assert ask("whatsapp.com", WORK, turned, address="10.9.0.1").action == "permit"


def test_a_group_that_denies_nothing_is_closed_nothing() -> None:
    turned = switch("close", service="whatsapp")
    found = ask("whatsapp.com", WORK, turned, address=UMP)
    assert (found.action, found.would_deny, found.reason_code) == ("permit", True, "CLOSED")
    assert ask("whatsapp.com", WORK, turned, address=GUEST).reason_code == "GROUP_OFF"


def test_who_is_closed_out_is_told_until_when() -> None:
    turned = switch("close", service="whatsapp")
    found = ask("whatsapp.com", WORK, turned)
    schedule = office().schedules["default"]
    assert "10:30" in ede_text(found, schedule, NO_CITATION)


def test_the_answer_to_a_signal_stays_negative() -> None:
    assert ask("relay.example", WORK, switch("close", category="bypass")).answer == "nxdomain"


def test_a_file_of_switches_is_read(tmp_path: Path) -> None:
    path = tmp_path / "switches.json"
    assert read_file(path) == ()
    path.write_text(json.dumps([{**vars_of(switch("pause")), "who": ["group:hq"]}]))
    assert read_file(path) == (switch("pause", who=("group:hq",)),)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("{", "is not a list of switches"),
        ("{}", "switches"),
        ('[{"turn": "pause"}]', r"switch 1.id"),
        (json.dumps([{"id": "a", "turn": "stop"}]), "switch 1.turn"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, given: str, reason: str) -> None:
    path = tmp_path / "switches.json"
    path.write_text(given)
    with pytest.raises(BadInput, match=reason) as refused:
        read_file(path)
    assert refused.value.file == str(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"turn": "open"},
        {"turn": "close", "category": "social", "service": "facebook"},
        {"turn": "pause", "category": "social"},
        {"turn": "pause", "expires": 1},
    ],
)
def test_one_that_says_nothing_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "switches.json"
    path.write_text(json.dumps([{**vars_of(switch("pause")), **changes}]))
    with pytest.raises(BadInput, match="switch 1"):
        read_file(path)


def vars_of(one: Switch) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}
