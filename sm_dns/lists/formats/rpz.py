"""Response policy zones (draft-vixie-dnsop-dns-rpz): owners whose action denies the name."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.entry import EXCEPTS_SHORTER
from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable, is_nowhere, read_name
from sm_dns.lists.formats.zone_words import is_ttl, type_and_data

_OTHER_TRIGGERS = ("rpz-ip", "rpz-nsdname", "rpz-nsip", "rpz-client-ip")
_DATA = frozenset({"A", "AAAA", "TXT", "MX", "SRV", "PTR", "CAA", "HTTPS", "SVCB", "HINFO", "NAPTR"})
TYPES = _DATA | {"CNAME", "SOA", "NS"}


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """A reader for one zone, to be fed its lines in order.

    `NAME CNAME .` (and `*.`, `rpz-drop.`, a garden's name, or an A or AAAA that points nowhere) denies that name
    only, `*.NAME` what is below it. An entry cannot leave out the name itself, so `*.NAME` takes NAME along; zones
    list both. `rpz-passthru.` excepts. The zone's own name, from its SOA or first $ORIGIN, is cut off owners. SOA and
    NS are passed over; triggers by address or name server, and other data, are not for DNS.
    """
    return Zone(to_ascii).read


class Zone:
    """Where the reader stands in the zone: origin, apex, last owner, open parentheses."""

    def __init__(self, to_ascii: ToAscii | None) -> None:
        self._to_ascii = to_ascii
        self._origin = ""
        self._apex = ""
        self._owner = "@"
        self._depth = 0

    @property
    def is_inside(self) -> bool:
        """Whether the next line goes on with a record whose parentheses are open."""
        return self._depth > 0

    def read(self, line: str) -> Iterable[Rule]:
        """What one line gives. Raises `Unusable` and `BadName`."""
        text = line.partition(";")[0]
        words = text.split()
        if self._depth:
            self._inside_soa(text)
            return ()
        if not words:
            return ()
        if words[0].startswith("$"):
            self._directive(words)
            return ()
        if text[0] not in " \t":
            self._owner = words.pop(0)
        kind, data = type_and_data(words)
        if kind in ("SOA", "NS"):
            self._skip(kind, text)
            return ()
        trigger = self._trigger()
        excepts = EXCEPTS_SHORTER if _is_open(kind, data, trigger) else None
        name = read_name(trigger.removeprefix("*."), self._to_ascii)
        return (Rule(name, exact=not trigger.startswith("*."), excepts=excepts),)

    def _directive(self, words: list[str]) -> None:
        directive = words[0].upper()
        if directive == "$TTL":
            return
        if directive != "$ORIGIN" or len(words) < 2:
            raise Unusable("{words} is not supported", words=words[0][:20])
        self._origin = self._absolute(words[1])
        self._apex = self._apex or self._origin

    def _inside_soa(self, text: str) -> None:
        """Only numbers may follow; anything else means that the parenthesis was never closed."""
        self._depth = max(0, self._depth + text.count("(") - text.count(")"))
        if not all(is_ttl(word) for word in text.replace("(", " ").replace(")", " ").split()):
            raise Unusable("inside the parentheses of an SOA that do not close")

    def _skip(self, kind: str, text: str) -> None:
        self._depth = max(0, text.count("(") - text.count(")"))
        if kind == "SOA":
            self._apex = self._absolute(self._owner)

    def _absolute(self, owner: str) -> str:
        """The owner under the origin, without the final dot; the root and an unknown origin are empty."""
        if owner == "@":
            return self._origin
        if owner.endswith("."):
            return owner[:-1].lower()
        return f"{owner}.{self._origin}".rstrip(".").lower()

    def _trigger(self) -> str:
        name = self._absolute(self._owner)
        if self._apex:
            name = name.removesuffix("." + self._apex)
        return name


def _is_open(kind: str, data: list[str], trigger: str) -> bool:
    """Whether a record excepts its owner; else it denies it. Raises `Unusable` where it does neither."""
    if trigger.endswith(_OTHER_TRIGGERS):
        raise NotForDns("a trigger by address or name server, not by name")
    if not data:
        raise Unusable("not an action that denies: {value!r}", value=kind[:40])
    target = data[0].lower()
    if kind == "CNAME":
        if target.startswith("rpz-tcp-only"):
            raise NotForDns("rpz-tcp-only asks for TCP and denies nothing")
        return (
            target.startswith("rpz-passthru") or target.removesuffix(".") == trigger
        )  # the old way to write it
    if kind in ("A", "AAAA") and is_nowhere(data[0]):
        return False
    if kind in _DATA:
        raise NotForDns("local data ({kind}), not a denial", kind=kind)
    raise Unusable("not an action that denies: {value!r}", value=" ".join([kind, *data])[:40])
