"""What an upstream says is wrong with the DNSSEC of a name (RFC 8914 §4), in words."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.util.message import Message, key

_WORDS = {
    1: key("DNSSEC: its signatures are by an algorithm that the resolver does not know"),
    2: key("DNSSEC: its keys are named by a digest that the resolver does not know"),
    5: key("DNSSEC: whether it is signed cannot be told"),
    6: key(
        "DNSSEC: its signatures are wrong (bogus): the answer is forged, or its owner has signed it wrongly"
    ),
    7: key("DNSSEC: its signatures have expired: its owner has not signed it anew"),
    8: key("DNSSEC: its signatures are not valid yet: its owner's clock or the resolver's is wrong"),
    9: key("DNSSEC: its parent says that it is signed, and it has no key that fits"),
    10: key(
        "DNSSEC: it is signed, and the answer came without signatures: they were taken out, or never made"
    ),
    11: key("DNSSEC: its key is not marked as a key of a zone"),
    12: key("DNSSEC: it is signed, and the proof that the name or the type is not there is missing"),
}
"""By the code of the extended error. 6 to 12 are failures, of which the answer is SERVFAIL."""


def validation_failures(codes: Iterable[int]) -> tuple[Message, ...]:
    """What the codes of extended errors say of DNSSEC, each once; nothing of other codes."""
    return tuple(Message(_WORDS[code]) for code in dict.fromkeys(codes) if code in _WORDS)
