"""Words of a record as zone text writes them (RFC 1035 §5.1)."""

from __future__ import annotations

from sm_dns.lists.formats.rule import Unusable

_CLASSES = frozenset({"IN", "CH", "HS", "ANY"})
_UNITS = str.maketrans("", "", "smhdwSMHDW")


def type_and_data(words: list[str]) -> tuple[str, list[str]]:
    """Type and data of a record, past the TTL and class that may stand before them in either order.

    Raises `Unusable` where there is no type."""
    at = 0
    while at < len(words) and at < 2 and (words[at].upper() in _CLASSES or is_ttl(words[at])):
        at += 1
    if at == len(words):
        raise Unusable("no record type")
    return words[at].upper(), words[at + 1 :]


def is_ttl(word: str) -> bool:
    """Whether a word is a number of seconds, or one with units."""
    return word[0].isdigit() and word.translate(_UNITS).isdigit()
