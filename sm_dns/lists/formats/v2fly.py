"""Domain lists of the v2fly community: `domain:NAME`, `NAME`, `full:NAME`, `include:LIST`."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable, read_name
from sm_dns.util.message import key

_PATTERNS = {"regexp": key("a regular expression, not a name"), "keyword": key("a keyword, not a name")}
KINDS = frozenset({"domain", "full", "include", *_PATTERNS})


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """`@attributes`, as `:@attribute` too, and `&affiliations` are ignored. `regexp:` and `keyword:` are not for DNS.

    An `include:` that still stands here was not fetched: it is unusable.
    """

    def read(text: str) -> Iterable[Rule]:
        words = text.partition("#")[0].split()
        if not words:
            return ()
        kind, colon, value = words[0].partition(":")
        if kind in _PATTERNS and colon:
            raise NotForDns(_PATTERNS[kind])
        for word in words[1:]:
            if word[0] not in "@&":
                raise Unusable("unexpected word {word!r} after the name", word=word)
        if not colon:
            return (Rule(read_name(kind, to_ascii)),)
        if kind == "include":
            raise Unusable(
                "include: names another list, which is fetched beside the URL of a list and nowhere else"
            )
        if kind not in KINDS:
            raise Unusable("{kind!r} lines are not supported: only domain: and full:", kind=kind[:20])
        return (Rule(read_name(value.partition(":@")[0], to_ascii), exact=kind == "full"),)

    return read
