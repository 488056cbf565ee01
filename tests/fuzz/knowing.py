"""Who is who: staff maps and files of logons (T14)."""

from __future__ import annotations

from random import Random
from zoneinfo import ZoneInfo

from sm_dns.monitor.identity import staff_map
from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.monitor.identity.logons import forms
from sm_dns.monitor.identity.logons.logon import sessions
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.util.errors import BadInput
from tests.fuzz.target import Target
from tests.monitor.identity.logons.test_forms import CSV, DETAIL, JSON

_ZONE = ZoneInfo("Asia/Kuala_Lumpur")
_WRITTEN = Written(1_786_334_400.0, _ZONE)
_MAPS = (
    "device,address,host,staff,department,valid_from,valid_to\n3c:22:fb:01:02:03,,,a1,Finance,2026-01-01,\n,,pc,b2,,,\n",
    "Nama;Staff;Device;Valid From;;\r\nÉ;A1;3C22FB010203;1/2/2026;;\r\n;;;;;\r\n",
)
_WORDS = (
    b";",
    b",",
    b'"',
    b"staff",
    b"2026-02-30",
    b"User-Name = ",
    b"Timestamp = ",
    b'{"time": ',
    b"\n\n",
    b"\t",
)


def check(data: bytes) -> bool:
    """Any octets are a staff map or a mistake with its line, and logons or an error in words."""
    text = text_of(data)
    taken = False
    try:
        known = staff_map.parse(text, _ZONE)
        assert all(one.since < one.until for ones in known.assignments.values() for one in ones)
        taken = known.staff_count > 0
    except BadInput as error:
        assert error.line is not None
    try:
        found, _ = forms.read(text, "", _WRITTEN)
    except BadInput as error:
        assert error.reason
        return taken
    for ones in sessions(found.events).values():
        assert all(one.since <= one.until and one.staff for one in ones)
    return taken or bool(found.events)


def make(random: Random) -> bytes:
    """A staff map or a file of logons, in some encoding."""
    texts = (*_MAPS, DETAIL, CSV, JSON)
    encoding = ("utf-8", "utf-16", "cp1252")[int(random.random() * 3)]
    return texts[int(random.random() * len(texts))].encode(encoding)


TARGET = Target("knowing", make, check, _WORDS)
