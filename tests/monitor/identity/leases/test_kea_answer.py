from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.leases.kea_answer import read
from sm_dns.monitor.identity.leases.lease import Lease
from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import canonical
from tests.support.kea import found, lease4

PC = "3c:22:fb:01:02:03"
SIX = {
    "ip-address": "fd00::1",
    "duid": f"00:03:00:01:{PC}",
    "cltt": 100,
    "valid-lft": 50,
    "type": "IA_NA",
    "iaid": 7,
}


def test_leases_of_both_families() -> None:
    reading = read(
        found(
            lease4("10.0.0.1", PC, 1000),
            lease4("10.0.0.2", PC, 1000, state=1),
            lease4("10.0.0.3", PC, 1000, state=2),
            SIX,
            {**SIX, "state": 4, "ip-address": "fd00::2"},
            {**SIX, "type": "IA_PD", "prefix-len": 56},
            {**SIX, "valid-lft": "x"},
        )
    )
    assert reading.leases == (
        Lease("10.0.0.1", PC, "pc", 1000.0, 4600.0, domain="example"),
        Lease("10.0.0.3", PC, "pc", 1000.0, 1000.0, domain="example"),
        Lease("fd00::1", PC, "", 100.0, 150.0, True),
        Lease("fd00::2", PC, "", 100.0, 150.0, True),
    )
    assert (reading.skipped, reading.left_out) == (1, (("declined", 1), ("delegated prefixes", 1)))


def test_the_control_agents_list_of_one_is_taken() -> None:
    assert len(read(b"[" + found(SIX) + b"]").leases) == 1


keys = st.sampled_from([*SIX, "hw-address", "state", "hostname"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("10.0.0.1"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8),
    max_leaves=20,
)


def answer(lease: dict[str, object]) -> object:
    return {"result": 0, "arguments": {"leases": [{**SIX, **lease}]}}


@given(values | st.builds(answer, st.dictionaries(keys, values)))
def test_any_answer_gives_clean_leases_or_words(value: object) -> None:
    try:
        reading = read(json.dumps(value).encode())
    except BadInput:
        return
    for lease in reading.leases:
        assert canonical(lease.address) == lease.address
        assert math.isfinite(lease.ends)
