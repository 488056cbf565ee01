"""What clients of a group get: against `decide` itself, which is asked for a name of a scheduled category."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns import names
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index_writer import index_in_memory
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.decide import decide
from sm_dns.policy.group_state import group_states
from sm_dns.policy.groups import PRIVATE_NETWORKS
from sm_dns.policy.snapshot import Snapshot, from_document

NOON = 1786334400  # Monday, in working hours
LUNCH = NOON + 3600
NAME = names.from_text("facebook.com")
NAMES = index_in_memory([(Entry(NAME, False, 1, None, False, False), Tag("social", "facebook", "shipped"))])


def policy(*groups: dict[str, Any], exemptions: tuple[dict[str, Any], ...] = (), **schedule: Any) -> Snapshot:
    document = {"schedules": {"default": schedule}, "groups": list(groups), "exemptions": list(exemptions)}
    return from_document(document, NAMES)


def exemption(name: str, starts: int = NOON - 10, expires: int = NOON + 600, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "approver": "a",
        "reason": "r",
        "starts": starts,
        "expires": expires,
        "category": "social",
        **more,
    }


def told(snapshot: Snapshot, now: float = NOON) -> dict[str, tuple[bool, str, int | None]]:
    return {each.group: (each.permitted, each.because, each.until) for each in group_states(snapshot, now)}


HQ = {"name": "hq", "clients": ["10.0.0.0/8", "fd00::/8"]}


HOURS = {"days": [0], "start": 11 * 60, "end": 12 * 60 + 20, "zone": "Asia/Kuala_Lumpur"}


def test_what_opens_it_sooner_than_the_schedule_is_told() -> None:
    soon = exemption("a", group="hq", starts=NOON + 60)
    assert told(policy(HQ, exemptions=(soon,)))["hq"] == (False, "schedule", NOON + 60)
    half = exemption("a", network="10.0.0.0/8", starts=NOON + 60)
    other = exemption("b", network="fd00::/8", starts=NOON + 90)
    assert told(policy(HQ, exemptions=(half,)))["hq"] == (False, "schedule", LUNCH)
    assert told(policy(HQ, exemptions=(half, other)))["hq"] == (False, "schedule", NOON + 90)


def test_an_exemption_counts_in_its_hours() -> None:
    weekly = policy(HQ, exemptions=(exemption("a", group="hq", expires=NOON + 90 * 86400, hours=HOURS),))
    begins, ends = NOON - 3600, NOON + 20 * 60
    assert told(weekly, begins)["hq"] == (False, "schedule", NOON - 10)  # it is granted in its hours
    assert told(weekly, NOON)["hq"] == (True, "exemption", ends)
    assert told(weekly, ends)["hq"] == (False, "schedule", LUNCH)
    assert told(weekly, begins + 7 * 86400 - 1)["hq"] == (False, "schedule", begins + 7 * 86400)
    assert told(weekly, begins + 7 * 86400)["hq"] == (True, "exemption", ends + 7 * 86400)


@pytest.mark.parametrize(
    ("mode", "permitted", "because", "until"),
    [
        ("enforce", False, "schedule", LUNCH),
        ("monitor", True, "monitor", None),
        ("off", True, "off", None),
    ],
)
def test_the_mode_of_a_group(mode: str, permitted: bool, because: str, until: int | None) -> None:
    assert told(policy({**HQ, "mode": mode}))["hq"] == (permitted, because, until)


def test_open_hours_and_rules_to_come() -> None:
    assert told(policy(HQ), LUNCH)["hq"] == (True, "schedule", LUNCH + 3600)
    assert told(policy(HQ, effective_from="2026-08-11T00:00"))["hq"] == (
        True,
        "not_in_force",
        NOON + 12 * 3600,
    )


def test_an_exemption_counts_where_it_is_for_everybody_and_everything_scheduled() -> None:
    assert told(policy(HQ, exemptions=(exemption("a", group="hq"),)))["hq"] == (True, "exemption", NOON + 600)
    both = (exemption("a", network="10.0.0.0/8"), exemption("b", network="fc00::/7", expires=NOON + 300))
    assert told(policy(HQ, exemptions=both))["hq"] == (True, "exemption", NOON + 300)
    for part in (
        exemption("a", network="10.0.0.0/8"),  # and not over IPv6
        exemption("a", group="hq", network="10.1.0.0/16"),
        exemption("a", group="hq", expires=NOON),
        exemption("a", group="hq", category=None, service="facebook"),
        exemption("a", group="hq", category="streaming"),
    ):
        assert told(policy(HQ, exemptions=(part,)))["hq"] == (False, "schedule", LUNCH), part


NETWORKS = ["10.0.0.0/8", "10.1.0.0/16", "fd00::/8", "fd00::/16", "0.0.0.0/0", "::/0"]


@given(
    mode=st.sampled_from(["enforce", "monitor", "off"]),
    networks=st.lists(st.sampled_from(NETWORKS[:4]), max_size=2, unique=True),
    given_exemptions=st.lists(
        st.builds(
            lambda group, network, starts, length: exemption(
                "x", NOON + starts, NOON + starts + length, group=group, network=network
            ),
            st.sampled_from([None, "hq"]),
            st.sampled_from([None, *NETWORKS]),
            st.integers(-100, 100),
            st.integers(1, 200),
        ).filter(lambda each: each["group"] or each["network"]),
        max_size=3,
    ),
    later=st.integers(0, 3 * 3600),
)
def test_it_is_what_every_client_of_the_group_gets(
    mode: str, networks: list[str], given_exemptions: list[dict[str, Any]], later: int
) -> None:
    """Never "permitted" where one client is denied; never "denied" where all are permitted by one rule each."""
    snapshot = policy({"name": "hq", "clients": networks, "mode": mode}, exemptions=tuple(given_exemptions))
    state = next(each for each in group_states(snapshot, NOON + later) if each.group == "hq")
    clients = [network.partition("/")[0] for network in networks or PRIVATE_NETWORKS]
    classes = [snapshot.clients.classify(client) for client in clients]
    decisions = [
        decide(snapshot, one, NAME, NOON + later)
        for one in classes
        if one is not None and one.group.name == "hq"
    ]
    if state.permitted:
        assert all(decision.action != "deny" for decision in decisions)
        if state.until is not None and state.because != "exemption":
            assert all(
                each.valid_until in (None, state.until) or each.valid_until < state.until
                for each in decisions
            )


def test_a_switch_counts_for_each_group_that_it_is_for() -> None:
    lab = {"name": "lab", "clients": ["10.9.0.0/16"]}
    who = ("staff:a1234", "group:lab", "group:hq")
    turned = Switch("s1", "open", "social", None, who, "o", "r", NOON - 10, NOON + 600)
    found = told(policy(HQ, lab).switched([turned]))
    assert found["hq"] == found["lab"] == (True, "switch", NOON + 600)
    assert found["default"][:2] == (False, "schedule")
