"""Exceptions of a list: they take names out of that list, and out of no other."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.lists.entry import EXCEPTS_ALL, Match


def without_excepted(found: Iterable[Match]) -> tuple[Match, ...]:
    """What covers a name, in the order given, without the exceptions among it and without what they take out.

    An exception of `EXCEPTS_ALL` beats every line of its list; one of `EXCEPTS_SHORTER` gives way to a line that
    names more of the name, as servers read their zones.
    """
    every = tuple(found)
    exceptions = [match for match in every if match.tag.excepts is not None]
    return tuple(
        match
        for match in every
        if match.tag.excepts is None and not any(_takes_out(one, match) for one in exceptions)
    )


def _takes_out(exception: Match, match: Match) -> bool:
    if exception.tag.list != match.tag.list:
        return False
    return exception.tag.excepts == EXCEPTS_ALL or _reach(match) <= _reach(exception)


def _reach(match: Match) -> tuple[int, bool]:
    return len(match.name), match.exact
