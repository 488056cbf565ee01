from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity import host_rule, staff_map
from sm_dns.monitor.identity.departments import Departments
from sm_dns.monitor.identity.history import NOTHING, Holdings, Look, joined
from sm_dns.monitor.identity.leases.lease import FOREVER, Lease
from sm_dns.monitor.identity.resolver import Resolver, Seen
from sm_dns.monitor.identity.subject import Subject

KL = ZoneInfo("Asia/Kuala_Lumpur")
PHONE, PC, GUEST = "3e:00:00:00:00:01", "3c:00:00:00:00:02", "3c:00:00:00:00:03"
MAP = """\
device,address,host,staff,department
3e:00:00:00:00:01,,,officer1,
3c:00:00:00:00:02,,,officer1,Finance
,10.1.0.9,,officer2,Audit
,,pc-officer3,officer3,Audit
,,,officer4,Audit
"""


def held(*rows: tuple[str, str, str]) -> Holdings:
    leases = [Lease(address, device, host, None, FOREVER) for address, device, host in rows]
    return joined(NOTHING, leases, Look(-math.inf, 0.0))


def resolver(
    leases: Holdings = NOTHING, neighbours: Holdings = NOTHING, identified: Holdings = NOTHING
) -> Resolver:
    return Resolver(
        Seen(leases, neighbours, identified),
        staff_map.parse(MAP, KL),
        Departments({"Guests": ["10.9.0.0/16"], "Works": ["10.1.0.0/16"]}),
        host_rule.parse(r"(?P<staff>[a-z0-9]+)-laptop|(?P<department>legal)-\d+"),
    )


def test_one_person_with_two_devices_and_both_families_is_one() -> None:
    known = resolver(
        held(("10.1.0.1", PHONE, ""), ("10.1.0.2", PC, "")), held(("fd00::2", PC, ""), ("10.1.0.2", PC, ""))
    )
    found = {known.resolve(address, 0, 60) for address in ("10.1.0.1", "10.1.0.2", "fd00::2")}
    assert found == {Subject("person", "officer1", "Finance")}


def test_what_is_unmapped_is_a_device_or_an_address_and_never_a_person() -> None:
    known = resolver(held(("10.9.0.1", GUEST, "")))
    assert known.resolve("10.9.0.1", 0, 60) == Subject("device", GUEST, "Guests")
    assert known.resolve("10.9.0.2", 0, 60) == Subject("address", "10.9.0.2", "Guests")
    assert known.resolve("192.0.2.1", 0, 60) == Subject("address", "192.0.2.1", "")


def test_an_unmapped_device_is_one_by_both_families() -> None:
    known = resolver(held(("10.9.0.1", GUEST, "")), held(("fd00::9", GUEST, "")))
    assert known.resolve("fd00::9", 0, 60) == Subject("device", GUEST, "Guests")


def test_a_listed_address_and_the_other_addresses_of_its_device() -> None:
    known = resolver(held(("10.1.0.9", GUEST, "")), held(("fd00::9", GUEST, "")))
    assert known.resolve("10.1.0.9", 0, 60) == Subject("person", "officer2", "Audit")
    assert known.resolve("fd00::9", 0, 60) == Subject("person", "officer2", "Audit")
    assert resolver().resolve("10.1.0.9", 0, 60) == Subject("person", "officer2", "Audit")


def test_the_device_tells_more_than_the_address() -> None:
    assert resolver(held(("10.1.0.9", PC, ""))).resolve("10.1.0.9", 0, 60).key == "officer1"


def test_host_names_tell_by_the_map_and_by_the_rule() -> None:
    known = resolver(
        held(
            ("10.1.0.3", GUEST, "pc-officer3"),
            ("10.1.0.4", "3c:00:00:00:00:04", "officer4-laptop"),
            ("10.1.0.5", "3c:00:00:00:00:05", "nobody-laptop"),
            ("10.1.0.6", "3c:00:00:00:00:06", "legal-7"),
        ),
        held(("fd00::3", GUEST, "")),
    )
    assert known.resolve("10.1.0.3", 0, 60) == Subject("person", "officer3", "Audit")
    assert known.resolve("fd00::3", 0, 60) == Subject("person", "officer3", "Audit")
    assert known.resolve("10.1.0.4", 0, 60) == Subject("person", "officer4", "Audit")
    # A client may call itself anything: a key that the map does not know is nobody.
    assert known.resolve("10.1.0.5", 0, 60) == Subject("device", "3c:00:00:00:00:05", "Works")
    assert known.resolve("10.1.0.6", 0, 60) == Subject("device", "3c:00:00:00:00:06", "legal")


def test_a_lease_comes_before_the_neighbour_and_that_before_an_identifier() -> None:
    known = resolver(
        held(("10.1.0.1", PC, "")),
        held(("10.1.0.1", GUEST, ""), ("fd00::1", PC, "")),
        held(("fd00::1", GUEST, "")),
    )
    assert known.resolve("10.1.0.1", 0, 60).key == "officer1"
    assert known.resolve("fd00::1", 0, 60).key == "officer1"


def test_a_lease_that_changed_hands_names_nobody_for_the_time_of_doubt() -> None:
    before = held(("10.1.0.1", PC, ""))
    after = joined(before, [Lease("10.1.0.1", GUEST, "", None, FOREVER)], Look(60.0, 90.0))
    known = resolver(after)
    assert known.resolve("10.1.0.1", 0, 59) == Subject("person", "officer1", "Finance")
    assert known.resolve("10.1.0.1", 60, 120) == Subject("address", "10.1.0.1", "Works")
    assert known.resolve("10.1.0.1", 120, 180) == Subject("device", GUEST, "Works")


def test_an_address_in_doubt_tells_nothing_of_its_holders_other_addresses() -> None:
    before = held(("10.1.0.9", PC, ""), ("10.1.0.8", GUEST, ""))
    leases = [Lease("10.1.0.9", GUEST, "", None, FOREVER), Lease("10.1.0.8", GUEST, "", None, FOREVER)]
    known = resolver(joined(before, leases, Look(60.0, 90.0)))
    assert known.resolve("10.1.0.8", 60, 120) == Subject("device", GUEST, "Works")
    assert known.resolve("10.1.0.8", 120, 180).key == "officer2"


def test_random_hardware_addresses_are_counted() -> None:
    known = resolver(
        held(("10.1.0.1", PHONE, ""), ("10.1.0.2", PC, "")), NOTHING, held(("fd00::1", "duid:02", ""))
    )
    assert known.known() == (3, 1, 4)


@given(st.text(st.characters(exclude_characters="=@"), max_size=30), st.floats(0, 1e10))
def test_any_text_is_somebody(text: str, at: float) -> None:
    assert resolver().resolve(text, at, at).kind in ("address", "person")


@pytest.mark.parametrize("address", ["10.1.0.1", "fd00::1"])
def test_without_any_source_an_address_is_an_address(address: str) -> None:
    assert Resolver(Seen()).resolve(address, 0, 1) == Subject("address", address, "")


FORWARDER = "10.9.0.254"


def test_a_device_that_a_forwarder_tells_is_that_device_whatever_leases_say() -> None:
    known = resolver(held(("10.1.0.7", GUEST, "")))
    for who in (f"{PC}=10.1.0.7", f"{PHONE}@{FORWARDER}"):
        assert known.resolve(who, 0, 60) == Subject("person", "officer1", "Finance")
    assert known.resolve(f"{GUEST}=10.1.0.8", 0, 60) == Subject("device", GUEST, "Works")


def test_a_forwarders_address_and_who_is_logged_on_there_are_not_those_behind_it() -> None:
    text = MAP + f",{FORWARDER},,administrator,IT\n"
    known = Resolver(Seen(), staff_map.parse(text, KL), Departments({"Guests": ["10.9.0.0/16"]}))
    assert known.resolve(FORWARDER, 0, 60).key == "administrator"
    assert known.resolve(f"{GUEST}@{FORWARDER}", 0, 60) == Subject("device", GUEST, "Guests")


def test_a_device_that_is_told_is_its_persons_by_its_other_address() -> None:
    """Leases of the branch may be known here, too."""
    known = resolver(held(("10.1.0.9", GUEST, "")))
    assert known.resolve(f"{GUEST}@{FORWARDER}", 0, 60) == Subject("person", "officer2", "Audit")
