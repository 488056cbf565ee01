from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.addresses import canonical
from sm_dns.monitor.identity.devices import hardware
from sm_dns.monitor.identity.lease import host_label
from sm_dns.monitor.identity.lease_files import read
from tests.monitor.identity import test_dnsmasq, test_isc, test_kea

FILES = [test_dnsmasq.FILE, test_isc.FILE, test_kea.V4, test_kea.V6]


@pytest.mark.parametrize(("text", "count"), list(zip(FILES, (5, 3, 3, 2), strict=True)))
def test_the_kind_is_seen(text: str, count: int) -> None:
    assert len(read(text).leases) == count


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_is_no_leases(text: str) -> None:
    assert read(text) == ((), 0)


words = st.sampled_from(
    [
        *' \n,{};"#',
        "lease ",
        "address,",
        "hwaddr",
        "10.0.0.1",
        "fd00::1",
        "3c:22:fb:01:02:03",
        "starts ",
        "ends ",
        "epoch 5",
        "hardware ethernet ",
        "&#x2c",
        "duid ",
        "00:03:00:01",
        "*",
        "\x00",
        "\u202e",
        "²",
        "9" * 30,
    ]
)
hostile = st.one_of(st.text(max_size=300), st.lists(words, max_size=60).map("".join))


def mutated(text: str, at: int, new: str) -> str:
    at %= len(text)
    return text[:at] + new + text[at + 1 :]


@given(st.one_of(hostile, st.builds(mutated, st.sampled_from(FILES), st.integers(0), hostile)))
def test_any_text_gives_clean_leases_and_never_an_error(text: str) -> None:
    """T14, T16: whatever a file holds, what comes out is canonical and bounded."""
    reading = read(text)
    assert len(reading.leases) + reading.skipped <= text.count("\n") + 1
    for lease in reading.leases:
        assert canonical(lease.address) == lease.address
        assert hardware(lease.device) == lease.device or lease.device.startswith("duid:")
        assert host_label(lease.host) == lease.host
        assert not math.isnan(lease.ends)
        assert lease.starts is None or math.isfinite(lease.starts)
