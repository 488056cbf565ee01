from __future__ import annotations

import pytest

from sm_dns.policy.clients.client_table import ClientTable
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.groups import Group, from_json
from sm_dns.util.errors import BadInput

HQ = Group("hq", ("10.0.0.0/8", "2001:db8::/32"), "enforce", "office")
LAB = Group("lab", ("10.1.0.0/16", "10.1.2.3/32"), "monitor", "office")
WIDE = Group("wide", ("0.0.0.0/0",), "off", "office")


def exempt(id: str, group: str | None, network: str | None) -> Exemption:
    return Exemption(id, group, network, "social", None, "head of CTM", "press", 0, 100)


def name_of(table: ClientTable, address: str) -> str | None:
    found = table.classify(address)
    return None if found is None else found.group.name


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.2.0.1", "hq"),
        ("10.1.0.1", "lab"),
        ("::ffff:10.1.0.1", "lab"),
        ("2001:db8::1", "hq"),
        ("2001:db8::1%eth0", "hq"),
        ("2001:db9::1", None),
        ("8.8.8.8", None),
        ("::ffff:8.8.8.8", None),
        ("127.0.0.1", "default"),
        ("172.16.0.1", "default"),
        ("172.32.0.1", None),
        ("192.168.1.1", "default"),
        ("169.254.1.1", "default"),
        ("::1", "default"),
        ("fe80::1%eth0", "default"),
        ("fd12::1", "default"),
        ("100.64.0.1", None),
        ("", None),
        ("not an address", None),
    ],
)
def test_the_longest_prefix_wins_and_only_private_clients_are_served_unnamed(
    address: str, expected: str | None
) -> None:
    assert name_of(ClientTable([HQ, LAB]), address) == expected


def test_a_configured_group_beats_the_built_in_one_however_wide() -> None:
    table = ClientTable([WIDE])
    assert name_of(table, "192.168.1.1") == "wide"
    assert name_of(table, "8.8.8.8") == "wide"
    assert name_of(table, "::1") == "default"


def test_the_built_in_group() -> None:
    assert ClientTable([], default_schedule="office").default == Group("default", (), "enforce", "office")
    own = Group("default", ("8.8.8.0/24",), "monitor", "office")
    table = ClientTable([own])
    assert name_of(table, "8.8.8.8") == name_of(table, "127.0.0.1") == "default"
    assert table.default is own


def test_clients_that_policy_cannot_tell_apart_share_one_class() -> None:
    table = ClientTable([HQ, LAB], [exempt("net", None, "10.2.0.0/16"), exempt("lab", "lab", None)])
    plain, exempted = table.classify("10.3.0.1"), table.classify("10.2.0.1")
    assert plain is not None
    assert exempted is not None
    assert plain is table.classify("10.4.0.1")
    assert exempted is table.classify("::ffff:10.2.3.4")
    assert plain != exempted
    assert len({plain, exempted, table.classify("10.3.0.9")}) == 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.9.0.1", {"hq"}),
        ("10.2.0.1", {"hq", "net", "both"}),
        ("10.2.3.1", {"hq", "net", "both", "narrow", "twin"}),
        ("10.1.0.1", {"around"}),
        ("10.1.2.3", {"around"}),
        ("127.0.0.1", {"own"}),
    ],
)
def test_exemptions_by_group_by_network_and_by_both(address: str, expected: set[str]) -> None:
    table = ClientTable(
        [HQ, LAB],
        [
            exempt("hq", "hq", None),
            exempt("net", None, "10.2.0.0/16"),
            exempt("both", "hq", "10.2.0.0/16"),
            exempt("narrow", None, "10.2.3.0/24"),
            exempt("twin", None, "10.2.3.0/24"),
            exempt("other", "lab", "10.2.0.0/16"),
            exempt("around", None, "10.1.0.0/16"),
            exempt("own", "default", None),
            exempt("gone", "no such group", None),
        ],
    )
    found = table.classify(address)
    assert found is not None
    assert {one.id for one in found.exemptions} == expected


def test_two_groups_may_not_share_a_name_or_a_network() -> None:
    with pytest.raises(BadInput, match="'hq'"):
        ClientTable([HQ, Group("hq", (), "off", "office")])
    with pytest.raises(BadInput, match="two groups, 'hq' and 'x'"):
        ClientTable([HQ, Group("x", ("::ffff:10.0.0.0/104",), "off", "office")])
    ClientTable([Group("twice", ("10.0.0.0/8", "10.0.0.0/8"), "off", "office")])


def test_a_group_is_read_in_the_words_of_the_configuration() -> None:
    value = {"name": "hq", "clients": ["10.0.0.0/8"], "mode": "monitor", "schedule": "office"}
    assert from_json(value, "groups[0]") == Group("hq", ("10.0.0.0/8",), "monitor", "office")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": None}, "g.name"),
        ({"clients": "10.0.0.0/8"}, "g.clients"),
        ({"clients": ["10.0.0.0/8", "10.0.0.1/8"]}, "g.clients[1]"),
        ({"clients": [10]}, "g.clients[0]"),
        ({"mode": "on"}, "g.mode"),
        ({"schedule": 1}, "g.schedule"),
        ({"colour": 1}, "g.colour"),
    ],
)
def test_a_mistake_is_named(changes: dict[str, object], path: str) -> None:
    value = {"name": "hq", "clients": [], "mode": "off", "schedule": "office", **changes}
    with pytest.raises(BadInput) as caught:
        from_json(value, "g")
    assert str(caught.value.reason).startswith(f"{path}: ")
