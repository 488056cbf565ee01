"""What a public holiday is called officially, in Malay and in English, by the name that the library has for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sm_dns.i18n.text import Text

FILE = Path(__file__).with_suffix(".toml")
_MARK = re.compile(r" \(([^()]*)\)$")
_ESTIMATED = "estimated"
SECOND_DAY = " (Second Day)"  # as the library marks it
_OBSERVED = "observed"


class HolidayName(NamedTuple):
    """A name in both languages, and whether the library only estimates its date."""

    text: Text
    is_estimate: bool


def official_name(library: str) -> HolidayName:
    """The name of a day by the library's own (en_US), such as "Diwali (observed); Thaipusam".

    A name that is in no table stands as it is in both languages.
    """
    parts = [_one(part) for part in " ".join(library.split()).split("; ")]
    ms, en = (" dan ".join(part.text.ms for part in parts), " and ".join(part.text.en for part in parts))
    return HolidayName(Text(ms, en), any(part.is_estimate for part in parts))


def in_both_languages(written: str) -> str | None:
    """An official name, "MALAY / ENGLISH", by either half of it or by the library's; None for one of no table."""
    return _by_half().get(written.casefold())


def replaced_name(written: str) -> str:
    """The name of the day that takes a holiday's place, written as the holiday's own: "MALAY / ENGLISH"."""
    name, mark = Text.both(written), replacement_mark()
    return f"{name.ms} {mark.ms} / {name.en} {mark.en}"


def replacement_mark() -> Text:
    """What marks such a day: "(cuti gantian)"."""
    return _tables()[1][_OBSERVED]


def _one(library: str) -> HolidayName:
    names, marks = _tables()
    name, found, is_estimate = library, list[Text](), False
    while name not in names and (mark := _MARK.search(name)):
        words = mark[1].split(", ")
        if not all(word in marks or word == _ESTIMATED for word in words):
            break
        is_estimate = is_estimate or _ESTIMATED in words
        found = [marks[word] for word in words if word in marks] + found
        name = name[: mark.start()]
    said = [names.get(name, Text(name, name)), *found]
    return HolidayName(Text(" ".join(one.ms for one in said), " ".join(one.en for one in said)), is_estimate)


@cache
def _by_half() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for library, name in _tables()[0].items():
        for half in (library, *name):
            found.setdefault(half.casefold(), name.ms if name.ms == name.en else f"{name.ms} / {name.en}")
    return found


@cache
def _tables() -> tuple[Mapping[str, Text], Mapping[str, Text]]:
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    names, marks = ({key: Text(*pair) for key, pair in tables[part].items()} for part in ("names", "marks"))
    return names, marks
