"""A small office for the tests: names on lists held in a dictionary, and a snapshot made of plain values."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sm_dns.dns import names
from sm_dns.lists.entry import Match, Tag
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.snapshot import Snapshot, from_document
from sm_dns.util import walltime

Row = tuple[str, Tag, bool]


class Listing:
    """Listed names, looked up by the words of the contract."""

    def __init__(self, rows: list[Row]) -> None:
        self._matches = [
            Match(tag, names.from_text(text), exact, line) for line, (text, tag, exact) in enumerate(rows, 1)
        ]

    def lookup(self, qname: bytes, /) -> tuple[Match, ...]:
        found = [
            match
            for match in self._matches
            if match.name == qname or (not match.exact and names.is_at_or_below(qname, match.name))
        ]
        return tuple(sorted(found, key=lambda match: -len(match.name)))

    def __len__(self) -> int:
        return len({match.name for match in self._matches})

    def close(self) -> None:
        pass


def tag(category: str, service: str, answer: str | None = None, signal: bool = False) -> Tag:
    return Tag(category, service, f"shipped:{category}/{service}.txt", answer, signal)


ROWS: list[Row] = [
    ("facebook.com", tag("social", "facebook"), False),
    ("video.facebook.com", tag("streaming", "fbvideo"), False),
    ("youtube.com", tag("streaming", "youtube"), False),
    ("youtube.com", tag("social", "youtube"), False),
    ("whatsapp.com", tag("messaging", "whatsapp"), False),
    ("chat.facebook.com", tag("messaging", "messenger"), False),
    ("dns.google", tag("bypass", "google"), False),
    ("video.dns.google", tag("streaming", "googlevideo"), False),
    ("use-application-dns.net", tag("bypass", "canary", "nxdomain", True), False),
    ("mask.icloud.com", tag("bypass", "relay", None, True), False),
    ("relay.example", tag("bypass", "relay", "sinkhole", True), False),
    ("press.facebook.com", tag("allow", "press"), False),
    ("exact.example", tag("social", "exact"), True),
    ("games.example", tag("games", "games", "nodata"), False),
    ("games.example", tag("betting", "games"), False),
    ("games.example", tag("social", "games"), False),
    ("lost.example", tag("gone", "gone"), False),
]

CATEGORIES = [
    {"name": "messaging", "action": "permit"},
    {"name": "social", "action": "schedule"},
    {"name": "games", "action": "deny", "answer": "refused"},
    {"name": "betting", "action": "deny"},
    {"name": "bypass", "action": "deny", "answer": "nxdomain"},
    {"name": "streaming", "action": "deny"},
    {"name": "allow", "action": "allow"},
]

GROUPS = [
    {"name": "hq", "clients": ["10.1.0.0/16"], "mode": "enforce", "schedule": "default"},
    {"name": "ump", "clients": ["10.2.0.0/16"], "mode": "monitor", "schedule": "default"},
    {"name": "guest", "clients": ["10.3.0.0/16"], "mode": "off", "schedule": "default"},
    {"name": "later", "clients": ["10.4.0.0/16"], "mode": "enforce", "schedule": "later"},
]

SCHEDULES = {"default": {}, "later": {"effective_from": "2026-08-10T13:30:00"}}

HQ, UMP, GUEST, LATER = "10.1.0.1", "10.2.0.1", "10.3.0.1", "10.4.0.1"


def office(**changes: Any) -> Snapshot:
    document = {"schedules": SCHEDULES, "groups": GROUPS, "categories": CATEGORIES, **changes}
    return from_document(document, Listing(ROWS))


def exemption(**changes: Any) -> dict[str, Any]:
    """An exemption of the group hq from the social category on Monday morning, 09:00 to 11:00."""
    return {
        "id": "E1",
        "group": "hq",
        "category": "social",
        "approver": "head of CTM",
        "reason": "press office",
        "starts": at("2026-08-10T09:00"),
        "expires": at("2026-08-10T11:00"),
        "hours": None,
        **changes,
    }


def at(text: str) -> int:
    """The instant of a local time in Malaysia."""
    return walltime.parse(f"{text}+08:00" if len(text) > 16 else f"{text}:00+08:00", _UTC)


def client(snapshot: Snapshot, address: str) -> ClientClass:
    found = snapshot.clients.classify(address)
    assert found is not None
    return found


_UTC = ZoneInfo("UTC")
