from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity import neighbours
from sm_dns.monitor.identity.lease import Lease
from sm_dns.monitor.identity.neighbours import read

MAC = "3c:22:fb:01:02:03"


def row(address: str, mac: str = MAC, state: str = "REACHABLE", **more: Any) -> dict[str, Any]:
    return {"dst": address, "dev": "eth0", "lladdr": mac, "state": [state], **more}


def test_both_families_meet_in_the_hardware_address() -> None:
    rows = [
        row("10.0.0.11"),
        row("fd00::11", state="STALE"),
        row("fe80::1", router=None),
        row("10.0.0.9", state="FAILED"),
    ]
    rows.append({"dst": "fd00::2", "dev": "eth0", "state": ["FAILED"]})
    reading = read(json.dumps(rows), 99.0)
    assert reading.leases == (
        Lease("10.0.0.11", MAC, "", None, 99.0),
        Lease("fd00::11", MAC, "", None, 99.0),
    )
    assert reading.skipped == 3


def test_hardware_that_answers_for_a_whole_network_is_no_device() -> None:
    many = [row(f"10.0.0.{number}") for number in range(neighbours.ROUTER_ADDRESSES + 1)]
    assert read(json.dumps(many), 9.0).leases == ()
    assert len(read(json.dumps(many[1:]), 9.0).leases) == neighbours.ROUTER_ADDRESSES
    private = [row(f"fd00::{number}") for number in range(30)]  # temporary addresses (RFC 8981)
    assert len(read(json.dumps(private), 9.0).leases) == 30


@pytest.mark.parametrize("text", ["", "{", "{}", "7", "null"])
def test_what_is_no_table_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        read(text, 0.0)


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["dst", "lladdr", "state", "router"]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.lists(json_values, max_size=8))
def test_any_rows_are_read_or_skipped(rows: list[Any]) -> None:
    reading = read(json.dumps(rows), 1.0)
    assert len(reading.leases) + reading.skipped == len(rows)
