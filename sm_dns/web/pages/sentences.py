"""What the service says in one language (findings, alarms, errors), as the dashboard says it in two.

The service writes plain English, for its log and the command line; by the time a page shows it, names and numbers
stand in it. So a sentence is known again by its fixed parts, and what stood between them is put into the Malay one.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from sm_dns.agency.words import AgencyWords

FILE = Path(__file__).parent / "texts" / "sentences.toml"
ENGLISH = "english"  # the table of what is better said otherwise on a page than on the command line
MAX_SENTENCE = 4000
MAX_INSIDE = 6  # sentences within sentences
MAX_REMEMBERED = 512
MAX_WORDINGS = 4  # languages, before and after a change of the agency's words


class Sentence(NamedTuple):
    """The fixed parts of a sentence, and the text that says the same."""

    parts: tuple[str, ...]
    other: str


def parts_of(pattern: str) -> tuple[str, ...]:
    """The fixed parts of "there is no {}, but {}": one more than it has places."""
    parts = [""]
    for literal, place, _, _ in Formatter().parse(pattern):
        parts[-1] += literal
        if place is not None:
            parts.append("")
    return tuple(parts)


@lru_cache(MAX_REMEMBERED)
def said(language: str, text: str, agency: AgencyWords) -> str | None:
    """A sentence of the service in "ms" or "en", in the agency's words; None where it is known in English only."""
    found = _known(_table(language, agency), text, MAX_INSIDE)
    return text if found is None and language == "en" else found


def _known(table: tuple[Sentence, ...], text: str, inside: int) -> str | None:
    if not inside or len(text) > MAX_SENTENCE:
        return None
    for sentence in table:
        found = values(sentence.parts, text)
        if found is not None:
            return sentence.other.format(*(_known(table, each, inside - 1) or each for each in found))
    return _joined(table, text, inside)


def _joined(table: tuple[Sentence, ...], text: str, inside: int) -> str | None:
    """Sentences one after the other, or behind the file, line or key that they are about."""
    first, mark, second = text.partition("; ")
    if mark:
        halves = [_known(table, half, inside - 1) for half in (first, second)]
        if None not in halves:
            return mark.join(half for half in halves if half is not None)
    at = text.find(": ")
    while at >= 0:
        about, rest = text[:at], _known(table, text[at + 2 :], inside - 1)
        if rest is not None:
            return f"{_known(table, about, 1) or about}: {rest}"
        at = text.find(": ", at + 2)
    return None


def values(parts: tuple[str, ...], text: str) -> list[str] | None:
    """What stands between the fixed parts of a text; None where it is not made of them. Never slower than linear."""
    first, *rest = parts
    if not rest:
        return [] if text == first else None
    *middle, last = rest
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return None
    found, at = [], len(first)
    for part in middle:
        place = text.find(part, at, end)
        if place < 0:
            return None
        found.append(text[at:place])
        at = place + len(part)
    return [*found, text[at:end]]


@lru_cache(MAX_WORDINGS)
def _table(language: str, agency: AgencyWords) -> tuple[Sentence, ...]:
    """The longest fixed parts first: they say most."""
    made = [
        Sentence(parts_of(pattern), agency.put_into(other, language))
        for pattern, other in table(language).items()
    ]
    return tuple(sorted(made, key=lambda each: -sum(map(len, each.parts))))


def table(language: str) -> dict[str, str]:
    """Each sentence and what is said for it in "ms" or "en"; in English those alone that a page says otherwise."""
    with FILE.open("rb") as file:
        tables = tomllib.load(file)
    return {
        pattern: other
        for name, sentences in tables.items()
        if (name == ENGLISH) is (language == "en")
        for pattern, other in sentences.items()
    }
