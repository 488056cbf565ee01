from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.portal.http.request import BadRequest, Request, host_of, parse

GOOD = b"GET /a?b HTTP/1.1\r\nHost: WWW.Facebook.com.:80\r\nX-Odd:\t1"


def test_a_request_is_read() -> None:
    assert parse(GOOD) == Request("GET", "/a?b", "www.facebook.com", 0, "", None)
    form = b"POST / HTTP/1.0\r\nContent-Length: 12\r\nContent-Type: a/B; charset=x\r\nOrigin: http://x"
    assert parse(form) == Request("POST", "/", "", 12, "a/b", "http://x")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"GET /",
        b"GET / HTTP/2",
        b"get / HTTP/1.1",
        b"GET  / HTTP/1.1",
        b"GET /\xff HTTP/1.1",
        b"GET / HTTP/1.1\r\nHost : x",
        b"GET / HTTP/1.1\r\n folded: x",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b",
        b"GET / HTTP/1.1\r\nHost: a\nb: c",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
        b"GET / HTTP/1.1\r\nContent-Length: -1",
        b"GET / HTTP/1.1\r\nContent-Length: 1e9",
        b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked",
        b"GET / HTTP/1.1\r\nA: \x00",
        b"GET / HTTP/1.1\r\n" + b"a" * 65 + b": x",
    ],
)
def test_what_is_odd_is_refused(head: bytes) -> None:
    with pytest.raises(BadRequest):
        parse(head)


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda junk: GOOD[:30] + junk + GOOD[30:]))
def test_any_octets_are_a_request_or_refused(head: bytes) -> None:
    try:
        found = parse(head)
    except BadRequest:
        return
    assert found.length < 1_000_000


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("a.example", "a.example"),
        ("A.example:8080", "a.example"),
        ("a.example.", "a.example"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("[::1]", "::1"),
        ("10.0.0.5:80", "10.0.0.5"),
        ("", ""),
    ],
)
def test_hosts(given: str, host: str) -> None:
    assert host_of(given) == host
