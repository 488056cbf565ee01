"""Who is where, from the sources as files: leases that move, logons, the staff map, neighbours, doubt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.collect.presence import SPARE_SECONDS, WHOLE_SECONDS, PresenceKeeper, identities
from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.policy.clients.presence import Rows
from tests.support.contracts import MONITORING_PLAN, lease_file

PC, LAPTOP, OTHER = "3c:22:fb:01:02:03", "3c:22:fb:01:02:04", "3c:22:fb:0a:0a:0a"
NOW = 1_800_000_000.0
HER = frozenset(("staff:a1234",))


class Office:
    """A lease file of dnsmasq and a staff map, written and looked at."""

    def __init__(self, folder: Path) -> None:
        self.leases_file, self.staff_file = folder / "leases", folder / "staff.csv"
        self.staff(f"{PC},a1234,PR Unit", f"{LAPTOP},a1234,PR Unit", f"{OTHER},b2345,Finance")
        self.leases("")
        self.sources = IdentitySources(self.plan())
        self.keeper = PresenceKeeper()

    def plan(self) -> MonitoringPlan:
        return replace(
            MONITORING_PLAN, leases=(lease_file(self.leases_file),), staff_map=str(self.staff_file)
        )

    def staff(self, *lines: str) -> None:
        self.staff_file.write_text("device,staff,department\n" + "\n".join(lines) + "\n")

    def leases(self, *lines: str) -> None:
        self.leases_file.write_text("\n".join(lines) + "\n")

    def look(self, named: frozenset[str] = HER, now: float = NOW, has_devices: bool = False) -> Rows:
        return self.keeper.look(self.sources.look(now), named, has_devices, now)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def lease(device: str, address: str, host: str = "*", seconds: float = 3600.0) -> str:
    return f"{NOW + seconds:.0f} {device} {address} {host} *"


def test_a_person_is_at_each_address_of_each_of_their_devices(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5"), lease(LAPTOP, "10.1.2.6"), lease(OTHER, "10.1.2.7"))
    rows = office.look()
    assert {key: one.identities for key, one in rows.items()} == dict.fromkeys(
        ("10.1.2.5", "10.1.2.6"), ("staff:a1234",)
    )
    assert {one.until for one in rows.values()} == {NOW + 3600.0}


def test_only_what_is_asked_for_is_told_the_most_telling_first(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5", "pc-017"))
    every = frozenset((f"device:{PC}", "host:pc-017", "staff:a1234", "department:pr unit"))
    assert office.look(every)["10.1.2.5"].identities == (
        f"device:{PC}",
        "host:pc-017",
        "staff:a1234",
        "department:pr unit",
    )
    assert office.look(frozenset(("department:finance",))) == {}
    assert office.look(frozenset()) == {}


def test_who_gets_the_address_next_inherits_nothing(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5"))
    assert set(office.look()) == {"10.1.2.5"}
    office.leases(lease(OTHER, "10.1.2.5"), lease(PC, "10.1.2.9"))
    rows = office.look(now=NOW + 2)
    assert set(rows) == {"10.1.2.9"}


def test_a_renewed_lease_is_told_before_the_one_told_ends_and_not_at_every_look(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5", seconds=100.0))
    first = office.look()
    office.leases(lease(PC, "10.1.2.5", seconds=200.0))
    assert office.look(now=NOW + 1) is first
    late = NOW + 101.0 - SPARE_SECONDS
    office.leases(lease(PC, "10.1.2.5", seconds=300.0))
    assert office.look(now=late)["10.1.2.5"].until == NOW + 300.0


def test_a_lease_that_is_given_back_ends_at_once(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5", seconds=3600.0))
    office.look()
    office.leases(lease(PC, "10.1.2.5", seconds=5.0))
    assert office.look(now=NOW + 1)["10.1.2.5"].until == NOW + 5.0


def test_another_staff_map_is_about_everybody(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5"), lease(OTHER, "10.1.2.7"))
    office.look()
    office.staff(f"{OTHER},a1234,PR Unit")
    assert set(office.look(now=NOW + 1)) == {"10.1.2.7"}


def test_a_line_of_the_map_that_ends_is_noticed_within_a_minute(office: Office) -> None:
    office.staff_file.write_text(f"device,staff,valid_to\n{PC},a1234,2027-01-16\n")
    office.leases(f"0 {PC} 10.1.2.5 * *")  # since ever, for ever
    midnight = 1_800_028_800.0  # 2027-01-16T00:00 in Malaysia
    assert set(office.look(now=midnight - 1)) == {"10.1.2.5"}
    assert office.look(now=midnight - 1 + WHOLE_SECONDS) == {}


def test_where_two_devices_may_have_an_address_nobody_is_named(office: Office, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(lease(OTHER, "10.1.2.5") + "\n")
    plan = replace(office.plan(), leases=(lease_file(office.leases_file), lease_file(other)))
    office.sources = IdentitySources(plan)
    office.leases(lease(PC, "10.1.2.5"))
    assert office.look() == {}


def test_devices_have_rows_where_forwarders_tell_them(office: Office) -> None:
    rows = office.look(has_devices=True)
    assert {key: one.identities for key, one in rows.items()} == dict.fromkeys((PC, LAPTOP), ("staff:a1234",))
    assert office.look(now=NOW + 1) == {}


def test_nothing_new_is_the_same_object(office: Office) -> None:
    office.leases(lease(PC, "10.1.2.5"))
    first = office.look()
    assert office.look(now=NOW + 1) is first
    assert office.look(now=NOW + 1 + WHOLE_SECONDS) is first


def test_the_incremental_table_is_that_of_a_fresh_look(office: Office) -> None:
    """Whatever comes and goes, in whatever order."""
    every = frozenset(("staff:a1234", "staff:b2345", "host:pc-017", "department:finance"))
    steps = [
        [lease(PC, "10.1.2.5", "pc-017")],
        [lease(PC, "10.1.2.5"), lease(OTHER, "10.1.2.6", "pc-017")],
        [lease(OTHER, "10.1.2.5"), lease(PC, "10.1.2.6"), lease(LAPTOP, "10.1.2.7")],
        [lease(LAPTOP, "10.1.2.5")],
        [],
    ]
    for number, lines in enumerate(steps):
        now = NOW + 2.0 * number
        office.leases(*lines)
        told = office.look(every, now)
        fresh = PresenceKeeper().look(office.sources.look(now), every, False, now)
        assert {key: one.identities for key, one in told.items()} == {
            key: one.identities for key, one in fresh.items()
        }


def test_identities_of_nobody() -> None:
    assert identities(IdentitySources(MONITORING_PLAN).look(NOW).known_as("10.0.0.1", NOW)) == ()


def test_whom_a_rule_may_mean_is_told_from_whom_nobody_can_be(office: Office) -> None:
    office.look()
    known = (
        "staff:a1234",
        "department:pr unit",
        f"device:{OTHER}",
        "host:anything",
        "device:3c:22:fb:ff:ff:ff",
    )
    assert all(office.sources.may_be(text) for text in known)
    assert not any(office.sources.may_be(text) for text in ("staff:a12345", "department:pr-unit"))
