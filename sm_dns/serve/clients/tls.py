"""The operator's certificate as encrypted listeners present it (RFC 7858, RFC 8484): TLS 1.2 or newer."""

from __future__ import annotations

import ssl
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, system_reason

DOT = "dot"  # ALPN protocol IDs (RFC 7858, RFC 9113 §3.1)
HTTP2 = "h2"


class ServerTls:
    """What listeners of one protocol shake hands with. The certificate may be replaced while they run: connections
    that are open keep the old one. Without a `context` nobody can be let in."""

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self.context: ssl.SSLContext | None = None


def server_context(certificate: Path, key: Path, protocol: str) -> ssl.SSLContext:
    """A context of a certificate (PEM, its chain after it) and its key. Raises `BadInput` that names the file."""
    for path in (certificate, key):
        try:
            path.read_bytes()
        except OSError as error:
            raise BadInput("cannot be read: {reason}", file=path, reason=system_reason(error)) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols([protocol])
    try:
        # The empty password keeps OpenSSL from asking for one on a terminal.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        raise BadInput(_why(error, key), file=certificate) from error
    return context


def _why(error: ssl.SSLError, key: Path) -> Message:
    if error.reason == "KEY_VALUES_MISMATCH":
        return Message("{key} is not the key of this certificate", key=key)
    return Message(
        "this and {key} are no certificate and unencrypted key in PEM form ({reason})",
        key=key,
        reason=error.reason or error,
    )
