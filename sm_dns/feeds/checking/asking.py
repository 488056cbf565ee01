"""Asking a resolver what shows whether it keeps the hours."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rdatatype

from sm_dns.feeds.engines.ready import Place

TIMEOUT_SECONDS: Final = 3.0
MAX_AT_ONCE: Final = 50  # resolvers that are asked side by side


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: its rcode, its addresses or texts as text, the longest time to live of them."""

    rcode: int
    data: tuple[str, ...]
    ttl: int

    def is_denied(self, sinkhole: tuple[str, str]) -> bool:
        """Whether it is how the zones deny: the sinkhole, or nothing."""
        return not self.data or all(each in sinkhole for each in self.data)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every resolver. Names are text; those of `check` are the feed's own.

    `scheduled` keeps hours; `always` is denied at all times; `alias` is an unlisted name that leads to a scheduled
    one, "" for none.
    """

    serial_name: str
    hours_name: str
    scheduled: str
    always: tuple[str, ...]
    alias: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one resolver said; None where it said nothing."""

    serial: int | None
    hours: Answer | None
    scheduled: Answer | None
    scheduled_signed: Answer | None
    scheduled_https: Answer | None
    always: tuple[Answer, ...]
    always_signed: tuple[Answer, ...]
    alias: Answer | None


async def look(place: Place, asked: Asked) -> Seen:
    """Ask one resolver everything."""
    serial = await _ask(place, asked.serial_name, "TXT")
    hours = await _ask(place, asked.hours_name, "A")
    if hours is None:
        return Seen(None, None, None, None, None, (), (), None)
    always = [await _ask(place, name, "A") for name in asked.always]
    signed = [await _ask(place, name, "A", wants_signatures=True) for name in asked.always]
    return Seen(
        serial=_number(serial),
        hours=hours,
        scheduled=await _ask(place, asked.scheduled, "A"),
        scheduled_signed=await _ask(place, asked.scheduled, "A", wants_signatures=True),
        scheduled_https=await _ask(place, asked.scheduled, "HTTPS"),
        always=tuple(each for each in always if each is not None),
        always_signed=tuple(each for each in signed if each is not None),
        alias=await _ask(place, asked.alias, "A") if asked.alias else None,
    )


async def look_at_all(places: list[Place], asked: Asked) -> list[Seen]:
    """Ask each of them, some side by side; in the order given."""
    turns = asyncio.Semaphore(MAX_AT_ONCE)

    async def one(place: Place) -> Seen:
        async with turns:
            return await look(place, asked)

    return await asyncio.gather(*map(one, places))


async def _ask(place: Place, name: str, rtype: str, *, wants_signatures: bool = False) -> Answer | None:
    query = dns.message.make_query(name, rtype, want_dnssec=wants_signatures)
    try:
        reply, _ = await dns.asyncquery.udp_with_fallback(
            query, place.address, port=place.port, timeout=TIMEOUT_SECONDS, ignore_unexpected=True
        )
    except (dns.exception.DNSException, OSError):
        return None
    wanted = [each for each in reply.answer if each.rdtype == dns.rdatatype.from_text(rtype)]
    data = tuple(sorted(_text(item) for each in wanted for item in each))
    return Answer(int(reply.rcode()), data, max((each.ttl for each in reply.answer), default=0))


def _text(item: object) -> str:
    return str(item).strip('"')


def _number(answer: Answer | None) -> int | None:
    if answer is None or len(answer.data) != 1 or not answer.data[0].isdigit():
        return None
    return int(answer.data[0])
