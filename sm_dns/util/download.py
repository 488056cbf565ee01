"""One bounded download over HTTP: bounded in size, in time and in where it may lead.

Every connection, after a redirect too, is made to an address that was checked, not to a name that could resolve to
another address the second time. Proxies of the environment are not used: they would connect unchecked.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from sm_dns.util.errors import Spoken

_CHUNK = 64 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_MEMBERS = 1000  # many more say nothing but cost time
_GZIP = b"\x1f\x8b"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchFailed(Spoken):
    """A download that gave nothing usable; the message says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Octets, counted after decompression too; seconds for the whole download; whether it may lead inside."""

    octets: int = 64 * 1024 * 1024
    seconds: float = 60.0
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next request conditional (RFC 9110 §13.1): both may be missing."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body, decompressed, and the validators it came with."""

    body: bytes
    validators: Validators


def fetch(url: str, known: Validators, limits: Limits) -> Fetched | None:
    """Download; None when the server says that what is known is still current.

    Follows `MAX_REDIRECTS` redirects at most, each to a URL that could have been configured, never from https to
    http. Raises `FetchFailed` for anything but a complete answer within the limits. The time limit covers
    connecting, headers and body, however slowly they drip; only the system's own name resolution stands outside it.
    """
    with _Deadline(limits.seconds) as deadline:
        try:
            for _ in range(MAX_REDIRECTS + 1):
                check_url(url)
                answer = _ask(url, known, limits, deadline)
                if not isinstance(answer, _Redirect):
                    break
                url = answer.to
            else:
                raise FetchFailed("more than {most} redirects", most=MAX_REDIRECTS)
        except (OSError, http.client.HTTPException, ValueError, FetchFailed) as error:
            if deadline.passed or isinstance(error, TimeoutError):
                raise FetchFailed(
                    "not complete within {seconds:g} seconds", seconds=limits.seconds
                ) from error
            if isinstance(error, FetchFailed):
                raise
            raise FetchFailed("the download failed: {reason}", reason=error) from error
        if deadline.passed:  # a body without a length ends where the connection was cut
            raise FetchFailed("not complete within {seconds:g} seconds", seconds=limits.seconds)
        return answer


@dataclass(frozen=True, slots=True)
class _Redirect:
    to: str


def _ask(url: str, known: Validators, limits: Limits, deadline: _Deadline) -> Fetched | _Redirect | None:
    """One request on a connection of its own."""
    parts = urlsplit(url)
    with contextlib.closing(_connection(parts, limits, deadline)) as connection:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers=_headers(known))
        response = connection.getresponse()
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location:
            to = urljoin(url, location)
            if parts.scheme == "https" and urlsplit(to).scheme == "http":
                raise FetchFailed("redirected from https to http")
            return _Redirect(to)
        if response.status == http.HTTPStatus.NOT_MODIFIED and known != Validators():
            return None
        if response.status != http.HTTPStatus.OK:
            raise FetchFailed("the server answered {status}", status=response.status)
        return Fetched(_body(response, limits), _validators(response))


def check_url(url: str) -> None:
    """Raise `FetchFailed` unless a URL is plain http or https with a host and without user or password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchFailed("not a URL: {reason}", reason=error) from error
    if parts.scheme not in ("http", "https"):
        raise FetchFailed("only http and https, not {scheme}", scheme=parts.scheme or "a URL without scheme")
    if not parts.hostname or port == 0:
        raise FetchFailed("no host in the URL")
    if parts.username is not None or parts.password is not None:
        raise FetchFailed("a user or password in the URL")


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, also when IPv6 wraps an IPv4 address."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            address = inner
    return address.is_global and not address.is_multicast


def _headers(known: Validators) -> dict[str, str]:
    headers = {"User-Agent": "sm-dns", "Accept-Encoding": "gzip", "Connection": "close"}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _validators(response: http.client.HTTPResponse) -> Validators:
    return Validators(response.headers.get("ETag"), response.headers.get("Last-Modified"))


def _body(response: http.client.HTTPResponse, limits: Limits) -> bytes:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchFailed("content encoding {encoding!r} is not supported", encoding=encoding[:20])
    raw = _bounded(_chunks(response), limits.octets)
    # A file that is compressed by itself (`list.gz`) comes without the header; its first octets tell.
    return _bounded(_inflated(raw), limits.octets) if raw.startswith(_GZIP) else raw


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    while chunk := response.read1(_CHUNK):
        yield chunk
    if response.length:
        raise FetchFailed("cut short, {length} octets are missing", length=response.length)


def _bounded(chunks: Iterator[bytes], octets: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > octets:
            raise FetchFailed("over {octets} octets", octets=octets)
    return bytes(body)


def _inflated(raw: bytes) -> Iterator[bytes]:
    """The members of a gzip file (RFC 1952) in pieces of at most `_CHUNK`, so that the reader can stop any time.

    The file is fed in slices: a decompressor copies what it did not use, and must never have much to copy.
    """
    members = 1
    member = zlib.decompressobj(wbits=31)
    piece = b""
    try:
        for at in range(0, len(raw), _CHUNK):
            rest = raw[at : at + _CHUNK]
            while rest or len(piece) == _CHUNK:
                if member.eof:
                    rest = rest.lstrip(b"\0")
                    if not rest:
                        break
                    members += 1
                    if members > _MAX_MEMBERS:
                        raise FetchFailed("more than {most} gzip members", most=_MAX_MEMBERS)
                    member = zlib.decompressobj(wbits=31)
                piece = member.decompress(rest, _CHUNK)
                rest = member.unused_data if member.eof else member.unconsumed_tail
                yield piece
    except zlib.error as error:
        raise FetchFailed("damaged gzip: {reason}", reason=error) from error
    if not member.eof:
        raise FetchFailed("cut short inside gzip")


class _Deadline:
    """Cuts the connection of one download when its time is over, whatever it waits for."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._end = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def left(self) -> float:
        return max(0.01, self._end - time.monotonic())

    def watch(self, connection: socket.socket) -> None:
        with self._lock:
            self._socket = connection
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        self.passed = True
        with self._lock:
            if self._socket is None:
                return
            try:
                # Past the TLS layer, which the reading thread may be using.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                pass  # already closed: nothing waits on it


def _connection(parts: SplitResult, limits: Limits, deadline: _Deadline) -> http.client.HTTPConnection:
    """A connected, watched connection to the host of a URL."""
    host = parts.hostname or ""
    if parts.scheme == "http":
        connection = http.client.HTTPConnection(host, parts.port)
        connection.sock = _dial(host, connection.port, limits, deadline)
        return connection
    context = ssl.create_default_context()
    connection = http.client.HTTPSConnection(host, parts.port, context=context)
    connection.sock = _dial(host, connection.port, limits, deadline)
    try:
        connection.sock = context.wrap_socket(
            connection.sock, server_hostname=host, do_handshake_on_connect=False
        )
        deadline.watch(connection.sock)
        connection.sock.do_handshake()
    except BaseException:
        connection.close()
        raise
    return connection


def _dial(host: str, port: int, limits: Limits, deadline: _Deadline) -> socket.socket:
    """A connection to the first address of a host that answers; a host with any inside address is refused."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    inside = [address for address in addresses if not limits.allow_private and not is_public(address)]
    if inside:
        raise FetchFailed(
            "{host} leads to {inside}, which is not an address of the public internet",
            host=host,
            inside=inside[0],
        )
    refusal: OSError | None = None
    for address in addresses:
        try:
            connection = socket.create_connection((address, port), timeout=deadline.left())
        except OSError as error:
            refusal = error
            continue
        deadline.watch(connection)
        return connection
    raise refusal or OSError(f"{host} has no address")
