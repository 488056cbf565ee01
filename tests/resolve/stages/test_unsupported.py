"""Questions that are not taken."""

from __future__ import annotations

import dns.message
import pytest

from tests.support.desk import WORK, Desk
from tests.support.messages import make_query, opt, query, raw_query

FACEBOOK = b"\x08FaceBook\x03com\x00"


@pytest.mark.parametrize("version", [1, 2, 255])
def test_another_version_of_edns_is_badvers(desk: Desk, version: int) -> None:
    message = desk.ask(raw_query(FACEBOOK, ar=1, tail=opt(version=version)), WORK)
    assert message.rcode() == 16
    assert (message.edns, message.payload) == (0, 1232)
    assert message.question[0].name.to_text() == "FaceBook.com."
    assert not message.answer


@pytest.mark.parametrize("rclass", ["CH", "HS", "ANY", "NONE", "CLASS4096"])
def test_other_classes_are_refused(desk: Desk, rclass: str) -> None:
    for name in ("facebook.com", "version.bind", "www.example.com"):
        message = desk.ask(query(name, "TXT", rdclass=rclass), WORK)
        assert message.rcode() == 5
    assert not desk.sender.sent


@pytest.mark.parametrize("qtype", ["AXFR", "IXFR", "MAILA", "MAILB"])
def test_transfers_are_refused(desk: Desk, qtype: str) -> None:
    for asked in (make_query("facebook.com", "A"), make_query("www.example.com", "A")):
        wire = asked.to_wire()
        number = {"AXFR": 252, "IXFR": 251, "MAILA": 254, "MAILB": 253}[qtype]
        reply = desk.put_stream(wire[:-4] + number.to_bytes(2, "big") + wire[-2:], WORK)
        assert reply is not None
        assert dns.message.from_wire(reply.wire).rcode() == 5
    assert not desk.sender.sent
