"""Lists whose lines are of several forms: each line by the form that it has.

Most lines of a list have one form, its main one, and are read by that at once: it also says what a bare name means. A
line that the main form does not know is read by the form of its own shape.
"""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.dns.names import BadName
from sm_dns.lists.formats import adblock, clash, dnsmasq, hosts, plain, rpz, unbound, v2fly
from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable

_ADDRESS = frozenset("0123456789abcdefABCDEF:.")


def reader(main: str, to_ascii: ToAscii | None = None) -> Reader:
    """A reader for one list, to be fed its lines in order. `main` names one of the forms."""
    forms = Forms(to_ascii)
    read_main = forms.readers[main]

    def read(text: str) -> Iterable[Rule]:
        if ("#" in text or "$$" in text) and adblock.is_cosmetic(text.lstrip()):
            raise NotForDns("a rule on the inside of pages")
        try:
            return read_main(text)
        except (Unusable, BadName) as error:
            shape = forms.shape_of(text)
            is_known = isinstance(error, NotForDns)  # better than that it is no plain name
            if shape == main or (is_known and shape == "plain"):
                raise
        return forms.readers[shape](text) if shape else ()

    return read


class Forms:
    """The readers of all forms for one list, and the shapes by which lines are told apart."""

    def __init__(self, to_ascii: ToAscii | None) -> None:
        self._zone = rpz.Zone(to_ascii)
        self.readers: dict[str, Reader] = {
            "plain": plain.reader(to_ascii),
            "hosts": hosts.reader(to_ascii),
            "adblock": adblock.reader(to_ascii),
            "dnsmasq": dnsmasq.reader(to_ascii),
            "unbound": unbound.reader(to_ascii),
            "rpz": self._zone.read,
            "v2fly": v2fly.reader(to_ascii),
            "clash": clash.reader(to_ascii),
        }

    def shape_of(self, line: str) -> str:
        """The form that a line has by its looks; "" for a comment."""
        if self._zone.is_inside:
            return "rpz"
        text = line.strip()
        if text[0] in "#!;" or text.startswith("//") or (text[0] == "[" and text[-1] == "]"):
            return ""
        if text.startswith(("|", "@@", "/")):
            return "adblock"
        return _by_key(text) or _by_words(text.split())


def _by_key(text: str) -> str:
    """The form of a line that begins with a word of its own, or with a mark."""
    if text.partition("=")[0].rstrip() in dnsmasq.OPTIONS:
        return "dnsmasq"
    key, colon, value = text.partition(":")
    if colon and key in unbound.KEYS:
        return "unbound"
    if colon and key in v2fly.KINDS and value:
        return "v2fly"
    is_item = text.startswith(("- ", "+.")) or text in ("payload:", "rules:", "---")
    if is_item or text.partition(",")[0].strip().upper() in clash.KINDS:
        return "clash"
    return ""


def _by_words(words: list[str]) -> str:
    """The form of a line by how its words follow each other."""
    if words[0][0] == "$":
        return "rpz"
    if len(words) == 1:
        return "adblock" if "^" in words[0] else "plain"
    if words[1][0] in "@&":
        return "v2fly"
    if _ADDRESS.issuperset(words[0]) and not words[0].isalpha():
        return "hosts"
    if any(word.upper() in rpz.TYPES for word in words[:4]):
        return "rpz"
    return "plain"
