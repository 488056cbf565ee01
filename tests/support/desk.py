"""The pipeline on a desk: a frozen policy of a small office, upstreams played by hand, time as an argument."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import dns.message

from sm_dns.dns.names import from_text
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index import NameIndex
from sm_dns.lists.index_writer import write_index
from sm_dns.policy.denials.denial_text import Citation
from sm_dns.policy.snapshot import Snapshot, from_document
from sm_dns.resolve.cache import Cache
from sm_dns.resolve.context import ResolverContext, ResolverSettings, count_nothing
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.local_records import NO_LOCAL_DATA
from sm_dns.resolve.pipeline import handle_message
from sm_dns.resolve.replies.rebinding import NO_PROTECTION
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Reply, Transport, datagram_limit
from tests.policy.office import at
from tests.support.forwarding import forwarder, reply_to

HQ, UMP, GUEST, LATER, STRANGER = "10.1.0.1", "10.2.0.1", "10.3.0.1", "10.4.0.1", "8.8.8.8"

# Monday 10 August 2026: social names are denied until 13:00, permitted until 14:00, denied until 17:30.
WORK, ONE, LUNCH, TWO, EVENING = (
    at(f"2026-08-10T{clock}") for clock in ("10:00", "13:00", "13:20", "14:00", "20:00")
)

LISTED = [
    ("facebook.com", "social", None, False),
    ("press.facebook.com", "allow", None, False),
    ("youtube.com", "streaming", None, False),
    ("dns.google", "bypass", None, False),
    ("use-application-dns.net", "bypass", None, True),
    ("whatsapp.com", "messaging", None, False),
    ("nodata.example", "games", "nodata", False),
    ("refused.example", "games", "refused", False),
    ("nxdomain.example", "games", "nxdomain", False),
    ("sinkhole.example", "games", "sinkhole", False),
]

DOCUMENT: dict[str, Any] = {
    "schedules": {"default": {}, "later": {"effective_from": "2026-08-10T11:00:00"}},
    "groups": [
        {"name": "hq", "clients": ["10.1.0.0/16", "127.0.0.0/8", "fd01::/16"], "mode": "enforce"},
        {"name": "ump", "clients": ["10.2.0.0/16"], "mode": "monitor"},
        {"name": "guest", "clients": ["10.3.0.0/16"], "mode": "off"},
        {"name": "later", "clients": ["10.4.0.0/16"], "mode": "enforce", "schedule": "later"},
    ],
    "categories": [
        {"name": "allow", "action": "allow"},
        {"name": "streaming", "action": "deny"},
        {"name": "bypass", "action": "deny", "answer": "nxdomain"},
        {"name": "games", "action": "deny"},
        {"name": "social", "action": "schedule"},
        {"name": "messaging", "action": "permit"},
    ],
    "sinkhole_ipv4": "192.0.2.53",
    "sinkhole_ipv6": "2001:db8::53",
}


def listed_rows() -> list[tuple[Entry, Tag]]:
    """The office's lists, as rows of an index."""
    return [
        (Entry(from_text(name), False, line, answer, signal), Tag(category, name, f"site:{category}.txt"))
        for line, (name, category, answer, signal) in enumerate(LISTED, 1)
    ]


JKDM = Citation("JKDM 2/2010", "5", "7.7")
"""What denials rest on where a site says nothing of it."""


def snapshot(directory: Path, **changes: Any) -> Snapshot:
    """The office's policy over an index written to a directory."""
    index = directory / "names.idx"
    if not index.exists():
        write_index(index, listed_rows())
    return from_document({**DOCUMENT, **changes}, NameIndex.open(index))


def settings_of(policy: Snapshot) -> ResolverSettings:
    """A policy, and what holds where a site says nothing more."""
    return ResolverSettings(policy, 1232, NO_PROTECTION, b"", False, None, JKDM)


class NoFaults(Faults):
    """What is raised on the way of a question is raised in the test."""

    def note(self, error: Exception) -> None:
        raise error


_UDP = Transport(lambda question: datagram_limit(question, 1232))
_TCP = Transport(lambda question: STREAM_LIMIT)


class Desk:
    """A resolver whose upstreams are played by the test."""

    def __init__(self, policy: Snapshot, upstreams: int = 1, max_bytes: int = 1 << 20) -> None:
        cache, faults = Cache(max_bytes), NoFaults()
        forwarding, self.sender = forwarder(upstreams, cache, faults)
        self.resolver = ResolverContext(
            settings_of(policy), NO_LOCAL_DATA, cache, forwarding, count_nothing, faults
        )
        self.delivered: list[Reply] = []

    def change(self, **settings: Any) -> None:
        """Answer by settings of which some are others, or by other records of the site (`local`)."""
        resolver = self.resolver
        local = settings.pop("local", resolver.local)
        resolver.adopt(replace(resolver.settings, **settings), local)

    def forgive(self) -> Faults:
        """From now on what is raised is noted, as in a worker, and not raised in the test: what was noted."""
        self.resolver.faults = self.resolver.forwarder.faults = Faults()
        return self.resolver.faults

    def put(
        self, message: bytes, now: float, address: str = HQ, transport: Transport | None = None
    ) -> Reply | None:
        """Hand in a client's message over UDP: its reply, or None when it waits for an upstream."""
        return handle_message(self.resolver, message, address, now, transport or _UDP, self._keep)

    def put_stream(self, message: bytes, now: float, address: str = HQ) -> Reply | None:
        """The same over TCP."""
        return self.put(message, now, address, _TCP)

    def ask(self, message: bytes, now: float, address: str = HQ) -> dns.message.Message:
        """A reply that must be there at once, as dnspython reads it."""
        reply = self.put(message, now, address)
        assert reply is not None, "the question went upstream"
        return dns.message.from_wire(reply.wire)

    def resolve(
        self,
        message: bytes,
        now: float,
        *answers: str,
        address: str = HQ,
        later: float = 0.0,
        **sections: Any,
    ) -> dns.message.Message:
        """A reply that must need the upstream, which answers with these records `later` seconds after."""
        reply = self.put(message, now, address)
        assert reply is None, "no upstream was asked"
        self.upstream_says(now + later, *answers, **sections)
        return self.last()

    def upstream_says(self, now: float, *answers: str, **sections: Any) -> None:
        """The upstream answers the last attempt."""
        attempt = self.sender.last()
        self.resolver.forwarder.received(attempt, reply_to(attempt, *answers, **sections), now)

    def upstream_fails(self, now: float) -> None:
        """The upstream of the last attempt cannot be reached."""
        self.resolver.forwarder.lost(self.sender.last(), now)

    def last(self) -> dns.message.Message:
        """The reply that was delivered last."""
        return dns.message.from_wire(self.delivered[-1].wire)

    def _keep(self, reply: Reply, now: float) -> None:
        self.delivered.append(reply)
