"""Denying lines of unbound configurations: `local-zone: "NAME" always_nxdomain`, `local-data: "NAME A 0.0.0.0"`."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.entry import EXCEPTS_SHORTER
from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable, is_nowhere, read_name
from sm_dns.lists.formats.zone_words import type_and_data

_DENYING = frozenset({"deny", "refuse", "static", "redirect", "inform_deny", "inform_redirect"}) | {
    f"always_{kind}" for kind in ("deny", "refuse", "nxdomain", "nodata", "null")
}
_OPEN = frozenset({"transparent", "typetransparent", "always_transparent", "inform", "nodefault"})
_PASSED_OVER = frozenset({"server", "remote-control", "view"})
KEYS = frozenset({"local-zone", "local-data", "local-data-ptr", "local-zone-tag", *_PASSED_OVER})


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """A reader for one file, to be fed its lines in order.

    A zone is its name and everything below; a transparent one is an exception. Data that points nowhere denies that
    name only; data of the zone above it, where a denied name shall lead, says nothing more.
    """
    return _File(to_ascii).read


class _File:
    """Which zone stood last, for the data that follows it."""

    def __init__(self, to_ascii: ToAscii | None) -> None:
        self._to_ascii = to_ascii
        self._zone = b""

    def read(self, line: str) -> Iterable[Rule]:
        text = line.strip()
        if text[0] == "#":
            return ()
        key, colon, value = text.partition(":")
        if not colon or key not in KEYS:
            raise Unusable("not a local-zone: or local-data: line")
        words = value.partition(" #")[0].replace('"', " ").replace("'", " ").split()
        if key in _PASSED_OVER and not words:
            return ()
        if not words:
            raise Unusable("nothing after {key}:", key=key)
        if key == "local-zone":
            return (self._of_zone(words),)
        if key == "local-data":
            return self._of_data(words)
        raise NotForDns("{key}: says nothing of what is denied", key=key)

    def _of_zone(self, words: list[str]) -> Rule:
        kind = words[1] if len(words) > 1 else ""
        if kind in _OPEN:
            return Rule(read_name(words[0], self._to_ascii), excepts=EXCEPTS_SHORTER)
        if kind not in _DENYING:
            raise Unusable("not a zone type that denies: {kind!r}", kind=kind[:40])
        self._zone = read_name(words[0], self._to_ascii)
        return Rule(self._zone)

    def _of_data(self, words: list[str]) -> Iterable[Rule]:
        name = read_name(words[0], self._to_ascii)
        if self._zone and name.endswith(self._zone):
            return ()
        kind, data = type_and_data(words[1:])
        if kind in ("A", "AAAA") and data and is_nowhere(data[0]):
            return (Rule(name, exact=True),)
        raise Unusable("maps a name instead of denying it")
