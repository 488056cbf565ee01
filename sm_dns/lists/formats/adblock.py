"""Adblock rules that DNS can keep: `||NAME^`."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.formats.rule import Reader, Rule, ToAscii, Unusable, read_name, read_suffix

# Rules on the inside of a page, which no resolver sees.
_COSMETIC = ("##", "#@#", "#?#", "#$#", "#%#", "#@?#", "#@$#", "#@%#", "$$", "$@$")
_HARMLESS_MODIFIERS = frozenset({"important", "all", "document", "doc"})


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """`||NAME^` is the name and everything below, a bare name that name only.

    Comments, headers and cosmetic rules are passed over. Exceptions, paths, patterns and rules with a modifier
    that narrows them are unusable: applying those whole would deny more than the list says.
    """

    def read(line: str) -> Iterable[Rule]:
        text = line.lstrip()
        if text[0] in "!#" or (text[0] == "[" and text[-1] == "]"):
            return ()
        if any(mark in text for mark in _COSMETIC):
            return ()
        if text.startswith("@@"):
            raise Unusable("exception rule left out")
        if not text.startswith("||"):
            return (Rule(read_name(text, to_ascii), exact=True),)
        host, mark, rest = text[2:].partition("^")
        if not mark:
            raise Unusable("no closing ^: not a rule for whole names")
        _check_tail(rest)
        return (Rule(read_suffix(host, to_ascii)),)

    return read


def _check_tail(rest: str) -> None:
    tail = rest.removeprefix("|")
    if not tail:
        return
    if not tail.startswith("$"):
        raise Unusable("a path or pattern, not a name")
    for modifier in tail[1:].split(","):
        if modifier not in _HARMLESS_MODIFIERS:
            raise Unusable("modifier {modifier!r} means nothing to DNS", modifier=modifier)
