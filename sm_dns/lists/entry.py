"""What a list says, line by line, and where a match came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from sm_dns.util.fast_tuple import fast_constructor

ANSWERS = frozenset({"sinkhole", "nxdomain", "nodata", "refused"})
# What an exception beats: every line of its list, or those that name no more of the name than it does.
EXCEPTS_ALL: Final = "all"
EXCEPTS_SHORTER: Final = "shorter"


class Entry(NamedTuple):
    """One usable line of a list.

    `name` is a canonical wire name. `exact` means this name only; otherwise everything below it is meant too.
    `line` counts from 1. `answer`, one of `ANSWERS`, overrides the category's answer. `signal` marks a name whose
    negative answer tells a client to leave its own encrypted DNS off. `embedded` marks a name that pages of others
    and programs in the background ask for too, so that a query for it tells of no visit. `excepts`,
    `EXCEPTS_ALL` or `EXCEPTS_SHORTER`, makes it an exception: its own list does not hold for the name, others do.
    """

    name: bytes
    exact: bool
    line: int
    answer: str | None = None
    signal: bool = False
    embedded: bool = False
    excepts: str | None = None


new_entry = fast_constructor(Entry)


@dataclass(frozen=True, slots=True)
class Tag:
    """Provenance: the category, the service and the list (`shipped:social/facebook.txt`, `site:social.txt`,
    `remote:NAME`) a name comes from, with what its entry says about the answer, visits and exceptions."""

    category: str
    service: str
    list: str
    answer: str | None = None
    signal: bool = False
    embedded: bool = False
    excepts: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A listed name that covers the name asked for."""

    tag: Tag
    name: bytes
    exact: bool
    line: int
