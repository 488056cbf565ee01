"""Does it answer? Each address is asked as a client would, over UDP and TCP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

from sm_dns.diagnose.probe import SIGNED, tried
from sm_dns.dns import names
from sm_dns.dns.codes import Rcode, Type
from sm_dns.doctor.examined import Advice, Examined, advise, found, well
from sm_dns.lan.own_addresses import OwnAddress
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.endpoint import Endpoint
from sm_dns.util.message import Message

ASK_SECONDS = 3.0  # for one answer: an upstream may be asked meanwhile
MAX_ASKED = 32  # addresses that are asked
_AT_ONCE = 8
_LOOPBACK = {4: "127.0.0.1", 6: "::1"}
_JOURNAL = "journalctl -u sm-dns --since today"


def asked_at(listen: Iterable[Endpoint], own: Iterable[OwnAddress]) -> tuple[Endpoint, ...]:
    """Where to ask: what is listened on; of all addresses (`0.0.0.0`, `::`) loopback and those of the links."""
    own = tuple(own)
    places: dict[Endpoint, None] = {}
    for each in listen:
        address = ip_address(each.address)
        if not address.is_unspecified:
            places[each] = None
            continue
        places[Endpoint(_LOOPBACK[address.version], each.port)] = None
        for one in own:
            if one.version == address.version and one.is_everywhere and not one.is_temporary:
                places[Endpoint(one.address, each.port)] = None
    return tuple(places)[:MAX_ASKED]


def examine_answers(
    places: tuple[Endpoint, ...], name: str = SIGNED, seconds: float = ASK_SECONDS
) -> Examined:
    """Ask each place for an ordinary name."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        told = list(pool.map(lambda place: list(_asked(place, name, seconds)), places))
    advice_of_all = [each for some in told for each in some]
    if advice_of_all:
        return found("answers", *advice_of_all)
    where = ", ".join(map(str, places))
    return well("answers", Message("{name} is answered at {where}, over UDP and TCP", name=name, where=where))


def _asked(place: Endpoint, name: str, seconds: float) -> Iterator[Advice]:
    """What was found of one place. Over TCP it is asked only where UDP answered."""
    server = UpstreamAddress(place.address, place.port)
    for way in ("udp", "tcp"):
        answer, reason = tried(server, way, seconds, names.from_text(name), Type.A)
        if answer is None:
            why = reason or Message("nothing came within {seconds} s", seconds=f"{seconds:g}")
            yield advise(
                "error",
                "{place} does not answer over {way}: {reason}",
                _JOURNAL,
                place=place,
                way=way.upper(),
                reason=why,
            )
            return
        if answer.rcode == Rcode.REFUSED:
            yield advise(
                "note",
                "{place} serves this host not: no group has its network, and it is not of private use",
                place=place,
            )
            return
        if answer.rcode:
            rcode = Rcode(answer.rcode).name if answer.rcode in list(Rcode) else str(answer.rcode)
            yield advise(
                "error",
                "{place} answers {name} over {way} by {rcode}",
                f"sudo sm-dns check --probe; sudo sm-dns explain {name} --resolve",
                place=place,
                name=name,
                way=way.upper(),
                rcode=rcode,
            )
            return
