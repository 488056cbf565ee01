"""Domain lists of the v2fly community: `domain:NAME`, `NAME`, `full:NAME`."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.formats.rule import Reader, Rule, ToAscii, Unusable, read_name


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """`@attributes` and `&affiliations` are ignored. `regexp:`, `keyword:` and `include:` are unusable."""

    def read(text: str) -> Iterable[Rule]:
        words = text.partition("#")[0].split()
        if not words:
            return ()
        for word in words[1:]:
            if word[0] not in "@&":
                raise Unusable("unexpected word {word!r} after the name", word=word)
        kind, colon, value = words[0].partition(":")
        if not colon:
            return (Rule(read_name(kind, to_ascii)),)
        if kind == "domain":
            return (Rule(read_name(value, to_ascii)),)
        if kind == "full":
            return (Rule(read_name(value, to_ascii), exact=True),)
        raise Unusable("{kind!r} lines are not supported: only domain: and full:", kind=kind[:20])

    return read
