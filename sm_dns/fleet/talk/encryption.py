"""TLS between members: version 1.3, both sides known by the very certificates of the members (RFC 8446)."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

from sm_dns.fleet.bundles.bundle import Member


def listening(own: Path, members: Iterable[Member]) -> ssl.SSLContext:
    """For who is asked. A stranger shows no certificate, and may only join; one that is no member's is refused."""
    context = _context(ssl.PROTOCOL_TLS_SERVER, own)
    context.verify_mode = ssl.CERT_OPTIONAL
    trust(context, members)
    return context


def trust(context: ssl.SSLContext, members: Iterable[Member]) -> None:
    """Believe these certificates too, from the next handshake on."""
    for member in members:
        context.load_verify_locations(cadata=member.certificate)


def asking(own: Path, members: Iterable[Member]) -> ssl.SSLContext:
    """For who asks a member."""
    context = _context(ssl.PROTOCOL_TLS_CLIENT, own)
    context.check_hostname = False  # it is the certificate itself that is known
    context.verify_mode = ssl.CERT_REQUIRED
    trust(context, members)
    return context


def joining() -> ssl.SSLContext:
    """For who joins: the caller compares the fingerprint of the certificate before it says anything."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _context(protocol: int, own: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(own)
    return context
