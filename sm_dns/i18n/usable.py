"""Which texts of a catalogue can be used, and which files are catalogues: what a hand may have spoiled.

A text has the fields of its English, written as there; how often, and in which order, is free. A day or an hour takes
of its fields what the language needs. The words of an agency are free in a message, and where the English has one.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

from sm_dns.i18n.po_file import Entry, PoFile
from sm_dns.util.message import Message

AGENCY_FIELDS = frozenset(
    ("department", "Department", "departments", "Departments", "head", "Head", "heads", "Heads")
)
"""Fields for the words of an agency. A message, and a text with one of them in English, may have others."""
NAME = "language.name"
"""The key of what a language calls itself."""
_TIME_FIELDS = ("hour12", "hour24", "minute", "part", "short_part")
_MORE_FIELDS = {"date.time": _TIME_FIELDS, "date.short_time": _TIME_FIELDS}  # than the English text has
_CODE = re.compile(r"[a-z]{2,8}(-[a-z0-9]{1,8})*", re.IGNORECASE)  # RFC 5646, by its letters alone


def is_language(path: Path, found: PoFile) -> bool:
    """Whether a file is the catalogue of a language, and no copy of one: its name is a code, its header has the same,
    and the language has a name. What cannot be read of it is held against no file."""
    if not _CODE.fullmatch(path.stem):
        return False
    if found.wrong:
        return found.language in ("", path.stem)
    return found.language == path.stem and any(each.key == NAME and each.text for each in found.entries)


def is_usable(entry: Entry) -> bool:
    """Whether an entry's text, or its English where it has none, can be filled in."""
    return why_not_usable(entry) is None


def why_not_usable(entry: Entry) -> Message | None:
    """What is wrong with the fields of an entry's text; None where nothing is."""
    try:
        known = fields(entry.source)
        ours = fields(entry.text or entry.source)
    except ValueError:
        return Message("has a brace too many or too few: {text!r}", text=entry.text or entry.source)
    more, fewer = ours - known, known - ours
    if not entry.context or known & AGENCY_FIELDS:
        more, fewer = more - AGENCY_FIELDS, fewer - AGENCY_FIELDS
    if entry.context.startswith("date."):
        more, fewer = more - {*_MORE_FIELDS.get(entry.context, ())}, set()
    if more:
        return Message("has {fields}, which the English has not", fields=_braced(more))
    if fewer:
        return Message("lacks {fields}, which the English has", fields=_braced(fewer))
    return None


def fields(text: str) -> set[str]:
    """What stands in braces, as it is written: "name", "name!r". Raises `ValueError` for a brace alone."""
    return {
        f"{name}{'!' if conversion else ''}{conversion or ''}{':' if form else ''}{form}"
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None
    }


def _braced(found: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(found))
