"""What a client over its budget of queries is told where its address is proven.

Over UDP that would be said to whoever's address was forged, so there it gets TC. On a connection it gets
REFUSED: the connection stays, and with it the answers that are in flight on it (RFC 7766 §6.2.1.1); a client that
were cut off would come again at once, and a new TCP or TLS handshake costs more than the queries that were declined.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sm_dns.dns.codes import Ede, Rcode
from sm_dns.dns.records import ede_option
from sm_dns.dns.scan import Ignored, Malformed, Unsupported, scan
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.replies.reply import Body, Reply, Transport, encode, error_reply

OVER_LIMIT: Final = "limit"
"""What a trace says in place of a stage."""

_TEXT = "too many queries"


def over_limit_reply(message: bytes, transport: Transport, offered: int) -> Reply:
    """REFUSED for a client's message, whatever it asks; `offered` is our UDP payload size in octets.

    Raises `Ignored` for what deserves silence.
    """
    try:
        question = scan(message)
    except (Malformed, Unsupported) as broken:
        return error_reply(broken, offered)
    body = Body(Rcode.REFUSED, b"", 0, 0)
    return Reply(encode(question, body, transport, offered, ede_option(Ede.OTHER, _TEXT)), 0.0)


def trace_over_limit(resolver: ResolverContext, message: bytes, asker: str, rcode: int, now: float) -> None:
    """Note the question that a message asks, where its client is traced."""
    tracer = resolver.tracer
    if tracer is not None and tracer.traces(asker):
        with suppress(Ignored, Malformed, Unsupported):
            tracer.note(scan(message), asker, None, OVER_LIMIT, rcode, now, now)
