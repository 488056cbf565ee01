"""Response policy zones (draft-vixie-dnsop-dns-rpz): owners whose action denies the name."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.formats.rule import Reader, Rule, ToAscii, Unusable, is_nowhere, read_name

_CLASSES = frozenset({"IN", "CH", "HS", "ANY"})
_UNITS = str.maketrans("", "", "smhdwSMHDW")
_OTHER_TRIGGERS = ("rpz-ip", "rpz-nsdname", "rpz-nsip", "rpz-client-ip")


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """A reader for one zone, to be fed its lines in order.

    `NAME CNAME .` (and `*.`, or an A or AAAA that points nowhere) denies that name only, `*.NAME` what is below
    it. An entry cannot leave out the name itself, so `*.NAME` takes NAME along; zones list both. The zone's own
    name, from its SOA or first $ORIGIN, is cut off owners. SOA and NS are passed over; passthru and the triggers
    by address or name server are unusable.
    """
    return _Zone(to_ascii).read


class _Zone:
    """Where the reader stands in the zone: origin, apex, last owner, open parentheses."""

    def __init__(self, to_ascii: ToAscii | None) -> None:
        self._to_ascii = to_ascii
        self._origin = ""
        self._apex = ""
        self._owner = "@"
        self._depth = 0

    def read(self, line: str) -> Iterable[Rule]:
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
        kind, data = _type_and_data(words)
        if kind in ("SOA", "NS"):
            self._skip(kind, text)
            return ()
        suffix = _denied(kind, data, self._trigger())
        return (
            Rule(read_name(suffix.removeprefix("*."), self._to_ascii), exact=not suffix.startswith("*.")),
        )

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
        if not all(_is_ttl(word) for word in text.replace("(", " ").replace(")", " ").split()):
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


def _type_and_data(words: list[str]) -> tuple[str, list[str]]:
    """Type and data of a record, past the TTL and class that may stand before them in either order."""
    at = 0
    while at < len(words) and at < 2 and (words[at].upper() in _CLASSES or _is_ttl(words[at])):
        at += 1
    if at == len(words):
        raise Unusable("no record type")
    return words[at].upper(), words[at + 1 :]


def _is_ttl(word: str) -> bool:
    return word[0].isdigit() and word.translate(_UNITS).isdigit()


def _denied(kind: str, data: list[str], trigger: str) -> str:
    if trigger.endswith(_OTHER_TRIGGERS):
        raise Unusable("a trigger by address or name server, not by name")
    if kind == "CNAME" and data and data[0] in (".", "*."):
        return trigger
    if kind == "CNAME" and data and data[0].lower().startswith("rpz-passthru"):
        raise Unusable("exception (rpz-passthru) left out")
    if kind in ("A", "AAAA") and data and is_nowhere(data[0]):
        return trigger
    raise Unusable("not an action that denies: {value!r}", value=" ".join([kind, *data])[:40])
