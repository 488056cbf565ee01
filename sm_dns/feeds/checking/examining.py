"""What is wrong with a resolver by what it said, and what to change. Pure: time and expectation are arguments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sm_dns.feeds.checking.asking import Answer, Seen
from sm_dns.feeds.zones.serials import is_newer
from sm_dns.util.message import Message

SERVFAIL = 2
REFUSED = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with what to change: an `error` where hours are not kept, else a `warning`."""

    level: Literal["error", "warning"]
    text: Message


@dataclass(frozen=True, slots=True)
class Expected:
    """What the policy says to whoever asks from here. `ttl`: the most seconds a permitted answer may be kept.

    gets_everything: it is under no policy; serial: of the gate; passed: seconds since it changed; sinkhole: addresses
    of denials.
    """

    is_open: bool
    gets_everything: bool
    serial: int
    passed: float
    ttl: int
    sinkhole: tuple[str, str]


def examine(seen: Seen, wanted: Expected) -> Iterator[Fault]:
    """What is wrong, the worst first; nothing for a resolver that keeps the hours."""
    if seen.hours is None:
        yield Fault(
            "error", Message("it does not answer: is the address right, and does it serve this host?")
        )
        return
    if seen.hours.rcode == REFUSED:
        yield Fault(
            "error",
            Message(
                "it refuses to answer this host: let it be asked from here (allow-recursion, access-control "
                "or allow-from)"
            ),
        )
        return
    if wanted.gets_everything:
        return  # nothing can be seen from here
    is_closed = seen.hours.data != () and seen.hours.is_denied(wanted.sinkhole)
    yield from _gate(seen, wanted, is_closed=is_closed)
    yield from _always(seen, wanted)
    if is_closed:
        yield from _closed(seen, wanted)
    else:
        yield from _open(seen, wanted)


def _gate(seen: Seen, wanted: Expected, *, is_closed: bool) -> Iterator[Fault]:
    """Whether it is open where it must be, by the newest zone."""
    is_behind = seen.serial is not None and is_newer(wanted.serial, seen.serial)
    if is_behind:
        yield Fault(
            "error",
            Message(
                "it has the gate of serial {seen}; {wanted} is in force since {seconds} s: see that it hears NOTIFY "
                "from here, that its primaries are these servers, and for BIND that min-update-interval is 0",
                seen=seen.serial,
                wanted=wanted.serial,
                seconds=round(wanted.passed),
            ),
        )
    if is_closed != wanted.is_open:
        return
    if not is_closed and seen.serial == wanted.serial:
        yield Fault(
            "error",
            Message(
                "it is open while the hours are closed, though it has the newest gate: BIND needs "
                "min-update-interval 0, PowerDNS before 5.5 its packet cache off"
            ),
        )
    elif not is_closed:
        yield Fault(
            "error",
            Message(
                "it is open while the hours are closed: it has no zone social, or takes it from nobody any more; an "
                "open gate stays open when every primary is gone"
            ),
        )
    elif seen.serial == wanted.serial:
        yield Fault(
            "error",
            Message(
                "it is closed while the hours are open, and has the newest gate: the zones must stand in the order "
                "always, gate, social; BIND needs min-update-interval 0, PowerDNS before 5.5 its packet cache off"
            ),
        )
    elif not is_behind:
        yield Fault("error", Message("it is closed while the hours are open: does it have the zone gate?"))


def _always(seen: Seen, wanted: Expected) -> Iterator[Fault]:
    if any(not each.is_denied(wanted.sinkhole) for each in seen.always):
        yield Fault(
            "error",
            Message(
                "what is always denied is answered: the zone always is missing, or stands behind the zone gate"
            ),
        )
    elif any(not each.is_denied(wanted.sinkhole) for each in seen.always_signed):
        yield _SIGNED


_SIGNED = Fault(
    "error",
    Message(
        "a question for signed data (DO=1) passes by the policy: for BIND, response-policy needs break-dnssec yes"
    ),
)


def _closed(seen: Seen, wanted: Expected) -> Iterator[Fault]:
    def passes(answer: Answer | None) -> bool:
        return answer is not None and not answer.is_denied(wanted.sinkhole)

    if passes(seen.scheduled):
        yield Fault(
            "error",
            Message("a listed name is answered while the gate is closed: the zone social is not whole there"),
        )
        return
    if passes(seen.scheduled_signed):
        yield _SIGNED
    if seen.scheduled_https is not None and seen.scheduled_https.data:
        yield Fault(
            "error",
            Message(
                "a listed name has an HTTPS record while it is closed: browsers go round the denial by it"
            ),
        )
    if passes(seen.alias):
        yield Fault(
            "error",
            Message(
                "an alias of a listed name is answered from the cache: Unbound 1.17 does so until its time is over; "
                "lower cache-max-ttl, or take a newer one"
            ),
        )


def _open(seen: Seen, wanted: Expected) -> Iterator[Fault]:
    if seen.scheduled is not None and seen.scheduled.ttl > wanted.ttl:
        yield Fault(
            "warning",
            Message(
                "a permitted answer may be kept for {seconds} s, so long it outlives the hours: cap it at {most} s "
                "(max-cache-ttl, cache-max-ttl)",
                seconds=seen.scheduled.ttl,
                most=wanted.ttl,
            ),
        )
    if seen.scheduled is not None and seen.scheduled.rcode == SERVFAIL:
        yield Fault(
            "warning",
            Message("it cannot resolve a permitted name: does it reach the internet, or its forwarders?"),
        )
