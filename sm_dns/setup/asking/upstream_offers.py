"""Who may resolve what sm-dns lets through, as far as this host can offer it: words that stand for name servers.

Whatever else can be offered is one more function in `OFFERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sm_dns.settings.blocks.resolver import OWN_UNBOUND
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


def validated(known: Known) -> Offer | None:
    """An unbound of this server's own, which trusts nobody on the way."""
    match known.findings.own_unbound:
        case "ready":
            text = Message("an unbound of this server, which resolves by itself and checks DNSSEC")
        case "to install":
            text = Message(
                "an unbound of this server, which resolves by itself and checks DNSSEC; it is installed now"
            )
        case "no":
            return None
    return Offer(OWN_UNBOUND, text, (OWN_UNBOUND,))


OFFERS: tuple[Callable[[Known], Offer | None], ...] = (followed, validated)


def offers(known: Known) -> tuple[Offer, ...]:
    """What can be offered on this host."""
    return tuple(found for each in OFFERS if (found := each(known)) is not None)
