"""What may be wrong with a source of identity: in a word, as the store keeps it, and in a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sm_dns.util.message import Message

What = Literal[
    "leases-unreadable",
    "leases-nothing",
    "leases-ended",
    "leases-old",
    "logons-unreadable",
    "logons-nothing",
    "logons-old",
    "logons-ahead",
    "logons-unknown",
    "staff-map",
]


class Trouble(NamedTuple):
    """What is wrong with the source at `path`."""

    what: What
    path: str
    text: Message
