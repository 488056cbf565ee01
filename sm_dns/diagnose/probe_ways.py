"""One question to one upstream and its answer, asked by hand: over UDP, TCP, TLS or HTTPS."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import ssl
import time
from dataclasses import dataclass

from sm_dns.dns.codes import AD, CLASS_IN, HEADER, QR, RD, TC, Type
from sm_dns.dns.der import public_key
from sm_dns.dns.records import opt_record
from sm_dns.dns.walk import BadAnswer, read_records
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.addresses import socket_address, without_link
from sm_dns.serve.upstreams.stream_connection import CONNECT_SECONDS, Refused

SECONDS = 2.0  # for one answer
TRIES = 2  # over UDP, where a datagram may be lost
MAX_REPLY = 65_535


@dataclass(frozen=True)
class Answer:
    """What there is to know of an answer. `octets` is its length, `seconds` what it took."""

    rcode: int
    is_truncated: bool
    is_authentic: bool
    has_edns: bool
    has_proofs: bool
    has_answers: bool
    octets: int
    seconds: float


def ask(
    server: UpstreamAddress,
    scheme: str,
    name: bytes,
    qtype: int,
    *,
    seconds: float = SECONDS,
    size: int = 1232,
    dnssec_ok: bool = False,
    edns: bool = True,
) -> Answer | None:
    """Ask an upstream over a scheme; None where nothing comes within `seconds`.

    Raises `OSError` where it cannot be reached.
    """
    wire = question(name, qtype, size=size, dnssec_ok=dnssec_ok, edns=edns)
    began = time.monotonic()
    reply = (
        _over_udp(server, wire, seconds) if scheme == "udp" else _over_stream(server, scheme, wire, seconds)
    )
    return None if reply is None else _read(reply, wire, name, time.monotonic() - began)


def question(name: bytes, qtype: int, *, size: int, dnssec_ok: bool, edns: bool) -> bytes:
    """A query under a random ID; AD asks for the AD bit (RFC 6840 §5.7)."""
    flags = (RD | AD).to_bytes(2, "big")
    counts = bytes((0, 1, 0, 0, 0, 0, 0, int(edns)))
    asked = name + qtype.to_bytes(2, "big") + CLASS_IN.to_bytes(2, "big")
    return secrets.token_bytes(2) + flags + counts + asked + (opt_record(size, 0, dnssec_ok) if edns else b"")


def _over_udp(server: UpstreamAddress, wire: bytes, seconds: float) -> bytes | None:
    with socket.socket(_family(server), socket.SOCK_DGRAM) as sock:
        sock.connect(socket_address(server.address, server.port))
        for _ in range(TRIES):
            sock.send(wire)
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                sock.settimeout(left)
                try:
                    reply = sock.recv(MAX_REPLY)
                except TimeoutError:
                    break
                if _answers(reply, wire):
                    return reply
    return None


def _over_stream(server: UpstreamAddress, scheme: str, wire: bytes, seconds: float) -> bytes | None:
    if scheme == "https":
        return _over_https(server, wire, seconds)
    with socket.socket(_family(server), socket.SOCK_STREAM) as plain:
        plain.settimeout(CONNECT_SECONDS)
        plain.connect(socket_address(server.address, server.port))
        sock = _encrypted(server, plain) if scheme == "tls" else plain
        with sock:
            sock.sendall(len(wire).to_bytes(2, "big") + wire)
            until = time.monotonic() + seconds
            head = _exactly(sock, 2, until)
            reply = head and _exactly(sock, int.from_bytes(head, "big"), until)
    return reply if reply and _answers(reply, wire) else None


def _exactly(sock: socket.socket, count: int, until: float) -> bytes | None:
    """So many octets; None where they are not there by then, however many came. Raises `OSError` at an end before."""
    read = b""
    while len(read) < count:
        left = until - time.monotonic()
        if left <= 0:
            return None
        sock.settimeout(left)
        try:
            more = sock.recv(count - len(read))
        except TimeoutError:
            return None
        if not more:
            raise ConnectionResetError
        read += more
    return read


def _encrypted(server: UpstreamAddress, plain: socket.socket) -> ssl.SSLSocket:
    sock = ssl.create_default_context().wrap_socket(
        plain, server_hostname=server.name or without_link(server.address)
    )
    digest = hashlib.sha256(public_key(sock.getpeercert(binary_form=True) or b"")).digest()
    if server.pin and base64.b64encode(digest).decode("ascii") != server.pin:
        sock.close()
        raise Refused("the key of its certificate is not the pinned one")
    return sock


def _over_https(server: UpstreamAddress, wire: bytes, seconds: float) -> bytes | None:
    import httpx  # part of an extra

    name = server.name or without_link(server.address)
    host = f"[{server.address}]" if ":" in server.address else server.address
    kind = "application/dns-message"
    try:
        # httpx has trust anchors of its own; the service goes by the system's, with those of the site.
        tls = ssl.create_default_context()
        with httpx.Client(http2=True, verify=tls, timeout=seconds, trust_env=False) as client:
            answer = client.post(
                f"https://{host}:{server.port}{server.path}",
                content=b"\0\0" + wire[2:],
                headers={"host": name, "content-type": kind, "accept": kind},
                extensions={"sni_hostname": name},
            )
    except httpx.HTTPError as error:
        raise OSError(str(error)) from error
    if answer.status_code != httpx.codes.OK:
        raise Refused("HTTP status {status}", status=answer.status_code)
    return wire[:2] + answer.content[2:]


def _family(server: UpstreamAddress) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in server.address else socket.AF_INET


def _answers(reply: bytes, wire: bytes) -> bool:
    return len(reply) >= HEADER and reply[:2] == wire[:2] and bool(reply[2] & QR >> 8)


def _read(reply: bytes, wire: bytes, name: bytes, seconds: float) -> Answer:
    counts = [int.from_bytes(reply[at : at + 2], "big") for at in (6, 8, 10)]
    start = HEADER + len(name) + 4 if reply[5] else HEADER
    try:
        records, _ = read_records(reply, start, sum(counts), name)
    except BadAnswer:
        records = []
    types = [record.rtype for record in records]
    return Answer(
        reply[3] & 0xF,
        bool(reply[2] & TC >> 8),
        bool(reply[3] & AD),
        Type.OPT in types,
        Type.RRSIG in types,
        bool(counts[0]),
        len(reply),
        seconds,
    )
