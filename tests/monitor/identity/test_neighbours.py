from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity import neighbours
from sm_dns.monitor.identity.leases.lease import Lease
from sm_dns.monitor.identity.neighbours import Neighbour, read

MAC = "3c:22:fb:01:02:03"


def test_both_families_meet_in_the_hardware_address() -> None:
    reading = read(
        [
            Neighbour("10.0.0.11", MAC, False),
            Neighbour("fd00::11", MAC, False),
            Neighbour("fe80::1", MAC, True),
            Neighbour("10.0.0.12", "00:00:00:00:00:00", False),
        ],
        99.0,
    )
    assert reading.leases == (
        Lease("10.0.0.11", MAC, "", None, 99.0),
        Lease("fd00::11", MAC, "", None, 99.0),
    )
    assert reading.skipped == 2


def test_hardware_that_answers_for_a_whole_network_is_no_device() -> None:
    many = [Neighbour(f"10.0.0.{number}", MAC, False) for number in range(neighbours.ROUTER_ADDRESSES + 1)]
    assert read(many, 9.0).leases == ()
    assert len(read(many[1:], 9.0).leases) == neighbours.ROUTER_ADDRESSES
    private = [Neighbour(f"fd00::{number}", MAC, False) for number in range(30)]  # temporary ones (RFC 8981)
    assert len(read(private, 9.0).leases) == 30


@given(st.lists(st.builds(Neighbour, st.text(max_size=20), st.text(max_size=20), st.booleans()), max_size=8))
def test_any_rows_are_read_or_skipped(rows: list[Neighbour]) -> None:
    reading = read(rows, 1.0)
    assert len(reading.leases) + reading.skipped == len(rows)
