"""Lease files, of whatever form (T14, T16)."""

from __future__ import annotations

import math
from random import Random
from zoneinfo import ZoneInfo

from sm_dns.monitor.identity.leases import forms
from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.policy.clients.devices import hardware, host_label
from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import canonical
from tests.fuzz.target import Target
from tests.monitor.identity.leases.test_forms import FILES

_WRITTEN = Written(1_786_334_400.0, ZoneInfo("Asia/Kuala_Lumpur"))
_SAMPLES = [text.encode() for texts in FILES.values() for text in texts]
_WORDS = (
    b"lease ",
    b"ia-na ",
    b"{",
    b"}",
    b"address,",
    b"expire",
    b"# ",
    b"<Lease>",
    b"</",
    b"&",
    b"address=",
    b'"',
)


def check(data: bytes) -> bool:
    """Any octets are leases in one spelling, or an error in words. The first octet may choose the form."""
    name = forms.NAMES[data[0] % len(forms.NAMES)] if data and data[0] > 127 else ""
    try:
        reading, _ = forms.read(text_of(data[1:]), name, _WRITTEN)
    except BadInput as error:
        assert error.reason
        return False
    for lease in reading.leases:
        assert canonical(lease.address) == lease.address
        assert hardware(lease.device) == lease.device or lease.device.startswith("duid:")
        assert host_label(lease.host) == lease.host
        assert not math.isnan(lease.ends)
        assert lease.starts is None or math.isfinite(lease.starts)
    return bool(reading.leases)


def make(random: Random) -> bytes:
    """A file of a server, in some encoding; the form that it is read in need not be its own."""
    sample = _SAMPLES[int(random.random() * len(_SAMPLES))]
    if random.random() < 0.2:
        sample = sample.decode().encode("utf-16")
    return bytes((int(random.random() * 160),)) + sample


TARGET = Target("leases", make, check, _WORDS)
