"""Whom groups, exemptions and rules reach: by where clients are, and by what they are known as."""

from __future__ import annotations

from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.policy.decide import decide
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util.errors import BadInput
from tests.policy.office import GROUPS, HQ, at, exemption, office

WORK = at("2026-08-10T10:00")
PC = "device:3c:22:fb:01:02:03"
EDITOR = (PC, "host:pc-017", "staff:a1234", "department:pr unit")

PEOPLE = [
    {"name": "lab", "clients": ["10.9.0.0/24", "host:pc-017"], "mode": "off", "schedule": "default"},
    {"name": "press", "clients": ["staff:a1234"], "mode": "monitor", "schedule": "default"},
    {"name": "pr", "clients": ["department:PR Unit"], "mode": "enforce", "schedule": "later"},
]


def group_of(snapshot: Snapshot, address: str, *identities: str) -> str | None:
    found = snapshot.clients.classify(address, identities)
    return None if found is None else found.group.name


def outcome(snapshot: Snapshot, name: str, *identities: str, address: str = HQ) -> tuple[str, str]:
    client = snapshot.clients.classify(address, identities)
    assert client is not None
    found = decide(snapshot, client, from_text(name), WORK)
    return found.action, found.reason_code


def test_the_most_telling_identity_is_the_group_and_comes_before_the_network() -> None:
    snapshot = office(groups=[*GROUPS, *PEOPLE])
    assert group_of(snapshot, HQ) == "hq"
    assert group_of(snapshot, HQ, *EDITOR) == "lab"
    assert group_of(snapshot, HQ, PC, *EDITOR[2:]) == "press"
    assert group_of(snapshot, HQ, PC, "department:pr unit") == "pr"
    assert group_of(snapshot, HQ, PC, "department:finance") == "hq"
    assert group_of(snapshot, "10.9.0.7") == "lab"
    assert group_of(snapshot, "172.16.0.1", "staff:a1234") == "press"


def test_who_is_not_served_by_address_is_not_by_name() -> None:
    snapshot = office(groups=[*GROUPS, *PEOPLE])
    assert group_of(snapshot, "8.8.8.8", *EDITOR) is None


def test_an_exemption_for_a_person_is_theirs_at_each_of_their_addresses_and_nobody_else_s() -> None:
    snapshot = office(exemptions=[exemption(group=None, who="staff:a1234")])
    for address in (HQ, "fd00:1::5", "10.2.0.9"):
        expected = ("permit", "EXEMPTION")
        assert outcome(snapshot, "facebook.com", *EDITOR, address=address) == expected
    assert outcome(snapshot, "facebook.com") == ("deny", "WORKING_HOURS")
    assert outcome(snapshot, "facebook.com", "staff:b2345") == ("deny", "WORKING_HOURS")


def test_an_exemption_that_names_several_is_for_those_who_are_all_of_it() -> None:
    snapshot = office(exemptions=[exemption(group="hq", network="10.1.2.0/24", who=PC)])
    assert outcome(snapshot, "facebook.com", PC, address="10.1.2.5")[1] == "EXEMPTION"
    assert outcome(snapshot, "facebook.com", PC, address="10.1.3.5")[1] == "WORKING_HOURS"
    assert outcome(snapshot, "facebook.com", PC, address="10.2.0.5")[1] == "WORKING_HOURS"
    assert outcome(snapshot, "facebook.com", address="10.1.2.5")[1] == "WORKING_HOURS"


@pytest.mark.parametrize(
    ("for_whom", "address", "identities", "reason"),
    [
        ("group:hq", HQ, (), "SERVICE_DENIED"),
        ("group:ump", HQ, (), "CATEGORY_PERMITTED"),
        ("network:10.1.0.0/24", HQ, (), "SERVICE_DENIED"),
        ("network:10.1.1.0/24", HQ, (), "CATEGORY_PERMITTED"),
        ("department:pr unit", HQ, EDITOR, "SERVICE_DENIED"),
        ("department:pr unit", HQ, (), "CATEGORY_PERMITTED"),
        (PC, "fd00::1", EDITOR, "SERVICE_DENIED"),
    ],
)
def test_a_rule_for_a_service_takes_each_kind_of_who(
    for_whom: str, address: str, identities: tuple[str, ...], reason: str
) -> None:
    snapshot = office(services=[{"service": "whatsapp", "action": "deny", "who": [for_whom]}])
    assert outcome(snapshot, "whatsapp.com", *identities, address=address)[1] == reason


def test_classes_are_as_many_as_policy_tells_apart() -> None:
    snapshot = office(exemptions=[exemption(group=None, who="staff:a1234")])
    table = snapshot.clients
    assert table.classify(HQ) is table.classify("10.1.0.2", ("staff:zz",))
    assert table.classify(HQ, ("staff:a1234",)) is table.classify("10.1.0.2", ("staff:a1234",))
    assert table.classify(HQ, ("staff:a1234",)) is not table.classify(HQ)


def test_the_table_says_what_it_asks_for() -> None:
    given: dict[str, Any] = {
        "groups": [*GROUPS, *PEOPLE],
        "exemptions": [exemption(group=None, who=PC)],
        "services": [{"service": "x", "action": "deny", "who": ["group:hq", "staff:c3456"]}],
    }
    asked = office(**given).clients.identities()
    assert asked == {PC, "host:pc-017", "staff:a1234", "department:pr unit", "staff:c3456"}
    assert office().clients.identities() == frozenset()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"groups": [*PEOPLE, {"name": "two", "clients": ["staff:A1234"]}]}, "staff:a1234 is in two groups"),
        (
            {"groups": [{"name": "two", "clients": ["staff:"]}]},
            r"groups\[0\].clients\[0\]: '' is no staff key",
        ),
        ({"exemptions": [exemption(who="somebody")]}, "'somebody' is nothing that somebody is known as"),
        ({"services": [{"service": "x", "action": "deny", "who": ["group:no"]}]}, "there is no group 'no'"),
        ({"services": [{"service": "x", "action": "deny", "who": ["nobody"]}]}, "is no group, network"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        office(**changes)
