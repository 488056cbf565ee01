"""The block `validation`: the unbound of our own, and the names by which it is seen whether somebody validates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, PlainValidator

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.endpoint import parse_upstream
from sm_dns.settings.types import Block, Domain, LinkPath, plain_text
from sm_dns.util.errors import Wrong

MAX_FORWARDERS = 8
MDNS_PORT = 5353  # RFC 6762: other programs of the host answer there


def _port(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1024 <= value <= 65_535:
        raise Wrong("must be a port from 1024 to 65535")
    if value == MDNS_PORT:
        raise Wrong("{port} is the port of mDNS", port=value)
    return value


def _forwarder(value: object) -> UpstreamAddress:
    found = parse_upstream(plain_text(value))
    if found.scheme not in ("udp", "tls"):
        raise Wrong("unbound asks ADDR, ADDR:PORT or tls://NAME@ADDR")
    if found.scheme == "tls" and not found.name:
        raise Wrong("write the name of the certificate: tls://NAME@ADDR")
    if found.pin:
        raise Wrong("unbound knows no pin")
    return found


Forwarder = Annotated[UpstreamAddress, PlainValidator(_forwarder)]


class ValidationSettings(Block):
    """`port`: of loopback, on which our own unbound answers. `forwarders`: whom it asks; without any it resolves by
    itself from the root. `control`: the socket by which it is told. `cache_megabytes`: memory of its caches.
    `signed`, `unsigned`, `bogus`: names that each day tell whether who is said to validate does."""

    port: Annotated[int, PlainValidator(_port)] = 53_535
    forwarders: Annotated[tuple[Forwarder, ...], Field(max_length=MAX_FORWARDERS)] = ()
    control: LinkPath = Path("/run/sm-dns-unbound/unbound.ctl")
    cache_megabytes: Annotated[int, Field(ge=4, le=4096)] = 64
    signed: Domain = "iana.org"
    unsigned: Domain = "google.com"
    bogus: Domain = "dnssec-failed.org"
