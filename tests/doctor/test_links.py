"""What clients are told to ask, judged."""

from __future__ import annotations

import pytest

from sm_dns.doctor.links import examine_advertisements, examine_dhcp
from sm_dns.lan.dhcp_told import DhcpTold
from sm_dns.lan.own_addresses import OwnAddress
from sm_dns.lan.router_told import RouterTold

OFFICE = OwnAddress("ens18", "10.0.0.5", 8, True, True, False)
OFFICE6 = OwnAddress("ens18", "fd00::5", 64, True, True, False)
LINKS, OURS = [OFFICE, OFFICE6], ["10.0.0.5", "fd00::5"]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (("10.0.0.5",), ""),
        ((), "gives clients no name server"),
        (("9.9.9.9",), "gives clients 9.9.9.9, and not this server"),
        (("10.0.0.5", "9.9.9.9"), "gives clients 9.9.9.9 beside this server"),
    ],
)
def test_what_a_dhcp_server_gives(given: tuple[str, ...], word: str) -> None:
    found = examine_dhcp(LINKS, OURS, lambda *_: (DhcpTold("10.0.0.1", given),))
    if word:
        [one] = found.advice
        assert word in str(one.text) and "the DHCP server 10.0.0.1" in str(one.text) and one.command
    else:
        assert found.is_well and "10.0.0.1" in str(found.good)


def test_silence_and_no_right_to_ask_are_told_and_are_no_fault() -> None:
    def refused(*_: object) -> tuple[DhcpTold, ...]:
        raise PermissionError(1, "Operation not permitted")

    for ask in (lambda *_: (), refused):
        found = examine_dhcp(LINKS, OURS, ask)
        assert found.is_well and [each.level for each in found.advice] == ["note"]
    assert examine_dhcp([], OURS).is_well


def test_what_routers_tell() -> None:
    def told(*servers: str) -> tuple[RouterTold, ...]:
        return (RouterTold("fe80::1", servers),)

    assert examine_advertisements(LINKS, OURS, lambda *_: told()).is_well  # of name servers it tells nothing
    assert examine_advertisements(LINKS, OURS, lambda *_: ()).is_well
    assert examine_advertisements(LINKS, OURS, lambda *_: told("fd00::5")).is_well
    [one] = examine_advertisements(LINKS, OURS, lambda *_: told("2001:db8::53")).advice
    assert (one.level, "not this server" in str(one.text)) == ("warning", True)


def test_each_link_is_asked_once() -> None:
    asked: list[tuple[str, str]] = []

    def ask(interface: str, address: str, seconds: float) -> tuple[DhcpTold, ...]:
        asked.append((interface, address))
        return (DhcpTold("10.0.0.1", ("10.0.0.5",)),)

    examine_dhcp([OFFICE, OwnAddress("ens18", "10.0.0.6", 8, True, True, False), OFFICE6], OURS, ask)
    assert asked == [("ens18", "10.0.0.5")]
