from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sm_dns.util import download as module
from sm_dns.util.download import Fetched, FetchFailed, Limits, Validators, check_url, fetch, is_public
from tests.conftest import require_localhost
from tests.control.processes.web_server import Web, body, raw, web_server

NONE = Validators()
INSIDE = Limits(octets=100_000, seconds=5.0, allow_private=True)


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        yield server


def test_a_body_comes_with_its_validators(web: Web) -> None:
    web.answers["/x"] = body(b"example.com\n", ETag='"1"', Last_Modified="Sun, 22 Nov 2026 00:00:00 GMT")
    fetched = fetch(web.url("/x"), NONE, INSIDE)
    assert fetched == Fetched(b"example.com\n", Validators('"1"', "Sun, 22 Nov 2026 00:00:00 GMT"))
    ((_, headers),) = web.asked
    assert "If-None-Match" not in headers


def test_what_is_known_is_asked_for_conditionally(web: Web) -> None:
    web.answers["/x"] = body(b"", 304)
    assert fetch(web.url("/x"), Validators('"1"', "Sun, 22 Nov 2026 00:00:00 GMT"), INSIDE) is None
    ((_, headers),) = web.asked
    assert headers["If-None-Match"] == '"1"'
    assert headers["If-Modified-Since"] == "Sun, 22 Nov 2026 00:00:00 GMT"
    with pytest.raises(FetchFailed, match="answered 304"):
        fetch(web.url("/x"), NONE, INSIDE)


@pytest.mark.parametrize("status", [204, 206, 403, 404, 500, 503])
def test_other_answers_are_failures(web: Web, status: int) -> None:
    web.answers["/x"] = body(b"", status)
    with pytest.raises(FetchFailed, match=f"answered {status}"):
        fetch(web.url("/x"), NONE, INSIDE)


def test_size_is_counted_in_what_comes_and_in_what_it_inflates_to(web: Web) -> None:
    """T14: bombs of gzip."""
    limits = replace(INSIDE, octets=1000)
    web.answers["/fits"] = body(b"a" * 1000)
    web.answers["/big"] = body(b"a" * 1001)
    web.answers["/endless"] = raw(b"HTTP/1.1 200 OK\r\n\r\n", *[b"a" * 600] * 2)
    web.answers["/bomb"] = body(gzip.compress(bytes(50_000)), Content_Encoding="gzip")
    fetched = fetch(web.url("/fits"), NONE, limits)
    assert fetched is not None and len(fetched.body) == 1000
    for path in ("/big", "/endless", "/bomb"):
        with pytest.raises(FetchFailed, match="over 1000 octets"):
            fetch(web.url(path), NONE, limits)


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_gzip_is_inflated_with_the_header_or_as_a_file_and_in_several_members(
    web: Web, encoding: str
) -> None:
    web.answers["/x"] = body(gzip.compress(b"a.com\n") + gzip.compress(b"b.com\n"), Content_Encoding=encoding)
    fetched = fetch(web.url("/x"), NONE, INSIDE)
    assert fetched is not None and fetched.body == b"a.com\nb.com\n"


def test_a_large_file_inflates_whole_and_in_linear_time(web: Web) -> None:
    content = b"".join(b"n%d.example.com\n" % number for number in range(300_000)) + bytes(3 * 65536)
    web.answers["/x"] = body(gzip.compress(content, 1) + bytes(512))
    fetched = fetch(web.url("/x"), NONE, replace(INSIDE, octets=len(content)))
    assert fetched is not None and fetched.body == content


def test_gzip_in_countless_pieces_is_refused(web: Web) -> None:
    web.answers["/x"] = body(gzip.compress(b"") * 1001)
    with pytest.raises(FetchFailed, match="more than 1000 gzip members"):
        fetch(web.url("/x"), NONE, INSIDE)


def test_what_is_damaged_is_a_failure(web: Web) -> None:
    whole = gzip.compress(b"a.com\n" * 100)
    web.answers["/cut-gzip"] = body(whole[:-10])
    web.answers["/bad-gzip"] = body(whole[:-8] + bytes(8))
    web.answers["/cut"] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na.com\n")
    web.answers["/cut-chunk"] = raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\na.com\n")
    web.answers["/brotli"] = body(b"x", Content_Encoding="br")
    web.answers["/noise"] = raw(b"\x00\xff\r\n\r\n")
    web.answers["/nothing"] = raw()
    reasons = {
        "/cut-gzip": "cut short inside gzip",
        "/bad-gzip": "damaged gzip",
        "/cut": "94 octets are missing",
    }
    reasons |= {"/cut-chunk": "download failed", "/brotli": "encoding 'br'"}
    reasons |= {"/noise": "download failed", "/nothing": "download failed"}
    for path, reason in reasons.items():
        with pytest.raises(FetchFailed, match=reason):
            fetch(web.url(path), NONE, INSIDE)


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n", b""])
def test_a_drip_ends_at_the_time_limit(web: Web, first: bytes) -> None:
    """T14: a server that never ends."""
    web.answers["/x"] = raw(first, *[b"a"] * 1200, pause=0.05)  # a minute of it
    started = time.monotonic()
    with pytest.raises(FetchFailed, match=r"not complete within 0\.3 seconds"):
        fetch(web.url("/x"), NONE, replace(INSIDE, seconds=0.3))
    assert time.monotonic() - started < 30


def test_a_handshake_that_never_ends_stops_at_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(FetchFailed, match=r"not complete within 0\.2 seconds"):
            fetch(url, NONE, replace(INSIDE, seconds=0.2))


def test_a_server_without_tls_is_a_failure(web: Web) -> None:
    with pytest.raises(FetchFailed, match="download failed"):
        fetch(web.url("/x").replace("http:", "https:"), NONE, INSIDE)


def test_nobody_listening_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(FetchFailed, match="download failed"):
        fetch(f"http://127.0.0.1:{port}/", NONE, INSIDE)


def test_redirects_are_followed_some_way(web: Web) -> None:
    web.answers["/a"] = body(b"", 302, Location="/b?q=1")
    web.answers["/b?q=1"] = body(b"", 308, Location=web.url("/c"))
    web.answers["/c"] = body(b"c.com\n")
    web.answers["/loop"] = body(b"", 301, Location="/loop")
    fetched = fetch(web.url("/a"), NONE, INSIDE)
    assert fetched is not None and fetched.body == b"c.com\n"
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        fetch(web.url("/loop"), NONE, INSIDE)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://a:b@127.0.0.1/", "gopher:x"]
)
def test_a_redirect_out_of_the_web_is_refused(web: Web, location: str) -> None:
    web.answers["/x"] = body(b"", 302, Location=location)
    with pytest.raises(FetchFailed, match=r"only http and https|user or password"):
        fetch(web.url("/x"), NONE, INSIDE)


def test_inside_addresses_are_refused(web: Web) -> None:
    """T15."""
    web.answers["/x"] = body(b"a.com\n")
    require_localhost()
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(FetchFailed, match="not an address of the public internet"):
            fetch(web.url("/x", host), NONE, Limits())
    assert web.asked == []


def test_the_address_is_checked_again_after_a_redirect(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """T15."""
    with web_server("127.0.0.2") as inner:
        inner.answers["/secret"] = body(b"a.com\n")
        web.answers["/x"] = body(b"", 302, Location=inner.url("/secret", "127.0.0.2"))
        monkeypatch.setattr(module, "is_public", lambda address: address == "127.0.0.1")
        with pytest.raises(FetchFailed, match=r"127\.0\.0\.2 leads to 127\.0\.0\.2"):
            fetch(web.url("/x"), NONE, replace(INSIDE, allow_private=False))
        assert [path for path, _ in web.asked] == ["/x"]
        assert inner.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_of_the_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["", "example.com/x", "ftp://example.com/", "file:///x", "http://", "http:///x", "https://u:p@example.com/",
     "http://example.com:99999/", "http://example.com:0/", "http://[::1/"],
)  # fmt: skip
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(FetchFailed):
        check_url(url)
