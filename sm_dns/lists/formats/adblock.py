"""Adblock rules that DNS can keep: `||NAME^`, `|NAME^` and their exceptions."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.entry import EXCEPTS_ALL, EXCEPTS_SHORTER
from sm_dns.lists.formats.rule import NotForDns, Reader, Rule, ToAscii, Unusable, read_name, read_suffix

# Rules on the inside of a page, which no resolver sees.
_COSMETIC = ("##", "#@#", "#?#", "#$#", "#%#", "#@?#", "#@$#", "#@%#", "$$", "$@$")
_HARMLESS_MODIFIERS = frozenset({"important", "all", "document", "doc"})
_DENYALLOW = "denyallow="
_PARTS_OF_PAGES = frozenset("/?&=*^")
_PATTERN = _PARTS_OF_PAGES | frozenset("|:,%+~@!()[]{}<>;'")


def reader(to_ascii: ToAscii | None = None) -> Reader:
    """`||NAME^` is the name and everything below, `|NAME^` and a bare name that name only; `@@` excepts it.

    Comments and headers are passed over. Cosmetic rules, paths, patterns and rules with a modifier that narrows them
    are not for DNS: applying those whole would deny more than the list says.
    """

    def read(line: str) -> Iterable[Rule]:
        text = line.lstrip()
        if is_cosmetic(text):
            raise NotForDns("a rule on the inside of pages")
        if text[0] in "!#" or (text[0] == "[" and text[-1] == "]"):
            return ()
        pattern = text.removeprefix("@@")
        if pattern[:1] == "/":
            raise NotForDns("a regular expression or a path, not a name")
        pattern, _, modifiers = pattern.partition("$")
        name, exact = _name_of(pattern, to_ascii)
        others = _excepted_by(modifiers, to_ascii)
        if text.startswith("@@"):
            if others:
                raise NotForDns("an exception with exceptions")
            return (Rule(name, exact, excepts=EXCEPTS_ALL),)
        return (Rule(name, exact), *others) if others else (Rule(name, exact),)

    return read


def is_cosmetic(text: str) -> bool:
    """Whether a line is a rule on the inside of pages: a mark of one stands in it, and no space before that mark."""
    if "#" not in text and "$$" not in text and "$@$" not in text:
        return False
    for mark in _COSMETIC:
        before, found, after = text.partition(mark)
        if found and after and not after[0].isspace() and not before[-1:].isspace() and before[-1:] != "#":
            return not after.startswith("#")
    return False


def _name_of(pattern: str, to_ascii: ToAscii | None) -> tuple[bytes, bool]:
    """The name that a pattern stands for, and whether it means that name only."""
    if pattern.startswith("||"):
        host = _whole(pattern[2:])
        if "*" in host.removeprefix("*."):
            raise NotForDns("a pattern, not a name")
        return read_suffix(host, to_ascii), False
    if pattern.startswith("|"):
        return read_name(_whole(pattern[1:]), to_ascii), True
    if not pattern:
        raise Unusable("no name in the rule")
    if " " not in pattern and not _PARTS_OF_PAGES.isdisjoint(pattern):
        raise NotForDns("a path or pattern, not a name")
    return read_name(pattern, to_ascii), True


def _whole(text: str) -> str:
    """The host of a pattern that ends with it."""
    host, mark, rest = text.partition("^")
    if not mark and text.endswith("|"):
        host, mark = text[:-1], "|"
    if not _PATTERN.isdisjoint(host.removeprefix("*.")):
        raise NotForDns("a path or pattern, not a name")
    if not mark:
        raise NotForDns("no closing ^: not a rule for whole names")
    if rest not in ("", "|"):
        raise NotForDns("a path or pattern, not a name")
    return host


def _excepted_by(modifiers: str, to_ascii: ToAscii | None) -> list[Rule]:
    """What `denyallow` leaves out. Any other modifier that narrows a rule makes it none for DNS."""
    rules: list[Rule] = []
    for modifier in modifiers.split(",") if modifiers else ():
        if modifier.startswith(_DENYALLOW):
            texts = modifier.removeprefix(_DENYALLOW).split("|")
            rules += [Rule(read_suffix(text, to_ascii), excepts=EXCEPTS_SHORTER) for text in texts]
        elif modifier not in _HARMLESS_MODIFIERS:
            raise NotForDns("modifier {modifier!r} means nothing to DNS", modifier=modifier[:40])
    return rules
