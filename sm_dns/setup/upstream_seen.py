"""The name servers that this host uses now, each asked what it is good for."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sm_dns.diagnose.probe import NOBODY, Names, tried, validates_dnssec
from sm_dns.dns import names
from sm_dns.dns.codes import Type
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.util.message import NOTHING, Message

ASK_SECONDS = 1.5  # for one answer; over UDP it is asked twice
MAX_ASKED = 16  # name servers that are asked at once
NAMES = Names()
_ROOT = b"\0"


@dataclass(frozen=True, slots=True)
class UpstreamSeen:
    """What a name server gave. `milliseconds` is None where it did not answer, `reason` then says why if it is known.

    resolves: names of the internet; is_authentic: it says of a signed name that it checked it (AD);
    validates: a name with wrong signatures is refused, None where that cannot be told.
    """

    address: str
    milliseconds: int | None
    resolves: bool
    is_authentic: bool
    validates: bool | None
    reason: Message

    @property
    def answers(self) -> bool:
        """Whether anything came."""
        return self.milliseconds is not None


def ask_upstreams(
    servers: Sequence[UpstreamAddress], wanted: Names = NAMES, seconds: float = ASK_SECONDS
) -> tuple[UpstreamSeen, ...]:
    """Ask name servers, all at once; takes six times `seconds` at most."""
    if not servers:
        return ()
    with ThreadPoolExecutor(min(len(servers), MAX_ASKED)) as pool:
        return tuple(pool.map(lambda server: _seen(server, wanted, seconds), servers))


def is_intercepted(nobody: UpstreamAddress = NOBODY, seconds: float = ASK_SECONDS) -> bool:
    """Whether somebody on the way answers questions to an address where nobody is."""
    return tried(nobody, "udp", seconds, _ROOT, Type.NS)[0] is not None


def _seen(server: UpstreamAddress, wanted: Names, seconds: float) -> UpstreamSeen:
    signed = names.from_text(wanted.signed)
    answer, reason = tried(server, server.scheme, seconds, signed, Type.A, dnssec_ok=True)
    if answer is None:  # perhaps for EDNS alone
        answer, reason = tried(server, server.scheme, seconds, signed, Type.A, edns=False)
    if answer is None:
        return UpstreamSeen(_text(server), None, False, False, None, reason or NOTHING)
    resolves = answer.has_answers and not answer.rcode
    validates = validates_dnssec(server, wanted, seconds) if resolves else None
    milliseconds = round(answer.seconds * 1000)
    return UpstreamSeen(_text(server), milliseconds, resolves, answer.is_authentic, validates, NOTHING)


def _text(server: UpstreamAddress) -> str:
    """The address alone where the port is the usual one, as resolv.conf and the configuration have it."""
    return server.address if (server.scheme, server.port) == ("udp", 53) else str(server)
