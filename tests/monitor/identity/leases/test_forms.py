from __future__ import annotations

import math
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.leases import forms
from sm_dns.monitor.identity.leases.lease import Reading, Written
from sm_dns.policy.clients.devices import hardware, host_label
from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import canonical
from tests.monitor.identity.leases import (
    test_dnsmasq,
    test_isc,
    test_kea,
    test_mikrotik,
    test_odhcpd,
    test_windows,
)

WRITTEN = Written(1786334400.0, ZoneInfo("Asia/Kuala_Lumpur"))
FILES = {
    "dnsmasq": [test_dnsmasq.FILE],
    "isc-dhcpd": [test_isc.FILE, test_isc.PAIR, test_isc.SIX],
    "kea": [test_kea.V4, test_kea.V6],
    "mikrotik": [test_mikrotik.EXPORT, test_mikrotik.TERSE],
    "odhcpd": [test_odhcpd.FILE],
    "windows-csv": [test_windows.CSV, test_windows.CSV6],
    "windows-log": [test_windows.LOG],
    "windows-xml": [test_windows.XML],
}
COUNTS = {"dnsmasq": [5], "isc-dhcpd": [3, 1, 2], "kea": [3, 3]} | {
    "mikrotik": [1, 1],
    "odhcpd": [4],
    "windows-csv": [3, 1],
    "windows-log": [5],
    "windows-xml": [2],
}


def read(text: str) -> Reading:
    return forms.read(text, "", WRITTEN)[0]


@pytest.mark.parametrize("name", forms.NAMES)
def test_the_form_is_seen(name: str) -> None:
    for text, count in zip(FILES[name], COUNTS[name], strict=True):
        reading, found = forms.read(text, "", WRITTEN)
        assert (found, len(reading.leases)) == (name, count)
        assert forms.read(text, name, WRITTEN) == (reading, name)
        assert forms.read(text.replace("\n", "\r\n"), "", WRITTEN) == (reading, name)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_is_no_leases(text: str) -> None:
    assert forms.read(text, "", WRITTEN) == (Reading((), 0), "")


@pytest.mark.parametrize("text", ["<html>\n<body>\n", "hello\n", "a,b\n1,2\n", "\0\1\2"])
def test_a_text_of_no_known_form_is_an_error_that_says_what_was_tried(text: str) -> None:
    with pytest.raises(BadInput, match=r"of no known form; tried were .*dnsmasq"):
        forms.read(text, "", WRITTEN)


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
        "\\",
        "<Lease>",
        "</Lease>",
        "<!DOCTYPE a>",
        "10,08/10/26,12:00:00,Assign,",
        "address=",
        "mac-address=",
        'ia-na "',
        "iaaddr ",
        "# br-lan 3c22fb010203 ipv4 - -1 1 32 ",
        "\u202e",
        "²",
        "9" * 30,
    ]
)
hostile = st.one_of(st.text(max_size=300), st.lists(words, max_size=60).map("".join))


def mutated(text: str, at: int, new: str) -> str:
    at %= len(text)
    return text[:at] + new + text[at + 1 :]


@given(
    st.one_of(
        hostile,
        st.builds(
            mutated,
            st.sampled_from([text for texts in FILES.values() for text in texts]),
            st.integers(0),
            hostile,
        ),
    )
)
def test_any_text_gives_clean_leases_or_is_of_no_known_form(text: str) -> None:
    """T14, T16: whatever a file holds, what comes out is canonical and bounded."""
    try:
        reading = read(text)
    except BadInput as error:
        assert re.search("no known form|no sound XML|with a DTD", str(error.reason))
        return
    assert len(reading.leases) + reading.skipped <= len(text)
    for lease in reading.leases:
        assert canonical(lease.address) == lease.address
        assert hardware(lease.device) == lease.device or lease.device.startswith("duid:")
        assert host_label(lease.host) == lease.host
        assert not math.isnan(lease.ends)
        assert lease.starts is None or math.isfinite(lease.starts)
