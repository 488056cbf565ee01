"""Reading a gettext catalogue, a `.po` file (GNU gettext manual, "The Format of PO Files").

Entries with and without context, texts over several lines, comments. Plural forms are not used here, and are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text

MAX_OCTETS = 4 << 20
_LINE = re.compile(r'(?:(msgctxt|msgid|msgstr)\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ORDER = {"msgctxt": ("", "msgstr"), "msgid": ("", "msgctxt", "msgstr"), "msgstr": ("msgid",)}


class Entry(NamedTuple):
    """A text and what stands for it. `context` is "" where there is none; `text` "" where nothing stands yet."""

    context: str
    source: str
    text: str
    line: int
    fuzzy: bool


def read_po(path: Path) -> list[Entry]:
    """The entries of a catalogue, its header left out. Raises `BadInput` with the line of what cannot be read."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in _entries(path, read_text(path, limit=MAX_OCTETS)):
        key = (entry.context, entry.source)
        if key in found:
            raise BadInput(
                "{source!r} stands here a second time", file=path, line=entry.line, source=entry.source
            )
        found[key] = entry
    found.pop(("", ""), None)
    return list(found.values())


def _entries(path: Path, text: str) -> Iterator[Entry]:
    parts: dict[str, str] = {}
    last, began, fuzzy = "", 0, False
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            if "msgstr" in parts:
                yield _entry(parts, began, fuzzy)
                parts, last, fuzzy = {}, "", False
            fuzzy = fuzzy or (stripped.startswith("#,") and "fuzzy" in stripped)
            continue
        found = _LINE.fullmatch(stripped)
        word = found[1] if found else ""
        if found is None or (word is not None and last not in _ORDER[word]) or (word is None and not last):
            raise BadInput("is no line of a catalogue: {text!r}", file=path, line=number, text=stripped[:60])
        if word is not None:
            if last == "msgstr":
                yield _entry(parts, began, fuzzy)
                parts, fuzzy = {}, False
            began = began if parts else number
            last = word
        parts[last] = parts.get(last, "") + _ESCAPE.sub(_meant, found[2])
    if "msgstr" in parts:
        yield _entry(parts, began, fuzzy)
    elif parts:
        raise BadInput("the last entry has no msgstr", file=path, line=began)


def _entry(parts: dict[str, str], line: int, fuzzy: bool) -> Entry:
    return Entry(parts.get("msgctxt", ""), parts["msgid"], parts["msgstr"], line, fuzzy)


def _meant(escape: re.Match[str]) -> str:
    return _ESCAPES.get(escape[1], escape[0])
