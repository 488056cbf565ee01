"""Who may resolve what sm-dns lets through, as far as this host can offer it: words that stand for name servers.

Whatever else can be offered, such as a validating resolver of this machine's own, is one more function in `OFFERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sm_dns.setup.asking.known import Known
from sm_dns.util.message import Message

SYSTEM = "system"


@dataclass(frozen=True)
class Offer:
    """`word` is what is typed for it, `upstreams` what the configuration then says."""

    word: str
    text: Message
    upstreams: tuple[str, ...]


def followed(known: Known) -> Offer | None:
    """The name servers of this host, whichever these are at the time."""
    if not known.findings.resolv_conf.servers:
        return None
    servers = ", ".join(known.findings.resolv_conf.servers)
    text = Message(
        "whoever /etc/resolv.conf of this server names at the time: now {servers}", servers=servers
    )
    return Offer(SYSTEM, text, (SYSTEM,))


OFFERS: tuple[Callable[[Known], Offer | None], ...] = (followed,)


def offers(known: Known) -> tuple[Offer, ...]:
    """What can be offered on this host."""
    return tuple(found for each in OFFERS if (found := each(known)) is not None)
