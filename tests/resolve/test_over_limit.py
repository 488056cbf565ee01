from __future__ import annotations

import dns.edns
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.scan import Ignored
from sm_dns.resolve.over_limit import over_limit_reply
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Transport
from tests.support.messages import make_query, query, raw_query

_WHOLE = Transport(lambda question: STREAM_LIMIT)


def test_a_question_is_refused_and_why() -> None:
    asked = make_query("Facebook.com", use_edns=0)
    message = dns.message.from_wire(over_limit_reply(asked.to_wire(), _WHOLE, 1232).wire)
    assert asked.is_response(message)
    assert (message.rcode(), message.payload) == (5, 1232)
    (ede,) = message.options
    assert isinstance(ede, dns.edns.EDEOption)
    assert (ede.code, ede.text) == (0, "too many queries")
    assert over_limit_reply(query("facebook.com"), _WHOLE, 1232).valid_until == 0.0


@pytest.mark.parametrize(
    ("message", "rcode"), [(raw_query(b"\0", qd=0)[:12], 1), (raw_query(b"\0", flags=4 << 11), 4)]
)
def test_what_is_no_question_is_told_so_as_ever(message: bytes, rcode: int) -> None:
    assert over_limit_reply(message, _WHOLE, 1232).wire[3] & 0xF == rcode


@given(st.binary(max_size=80))
def test_whatever_the_octets_are(message: bytes) -> None:
    try:
        assert over_limit_reply(message, _WHOLE, 1232).wire[:2] == message[:2]
    except Ignored:
        pass
