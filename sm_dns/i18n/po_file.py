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
_LANGUAGE = re.compile(r"^Language:[ \t]*(\S+)", re.MULTILINE)
_ORDER = {"msgctxt": ("", "msgstr"), "msgid": ("", "msgctxt", "msgstr"), "msgstr": ("msgid",)}


class Entry(NamedTuple):
    """A text and what stands for it. `context` is "" where there is none; `text` "" where nothing stands yet.

    line: of the entry's first word; text_line: of its msgstr.
    """

    context: str
    source: str
    text: str
    line: int
    fuzzy: bool
    text_line: int

    @property
    def key(self) -> str:
        """What it is looked up by: its context, or its English where it has none."""
        return self.context or self.source


class PoFile(NamedTuple):
    """What a catalogue has. `language`: as its header says, "" without one; `wrong`: what of it cannot be read."""

    language: str
    entries: tuple[Entry, ...]
    wrong: tuple[BadInput, ...]


def read_po(path: Path) -> list[Entry]:
    """The entries of a catalogue, its header left out. Raises `BadInput` with the line of what cannot be read."""
    found = read_what_can_be_read(path)
    if found.wrong:
        raise found.wrong[0]
    return list(found.entries)


def read_what_can_be_read(path: Path) -> PoFile:
    """The entries of a catalogue, and what is wrong with the others: a slip in one takes no other away."""
    try:
        text = read_text(path, limit=MAX_OCTETS)
    except BadInput as error:
        return PoFile("", (), (error,))
    found: dict[tuple[str, str], Entry] = {}
    wrong: list[BadInput] = []
    for entry in _entries(path, text):
        if isinstance(entry, BadInput):
            wrong.append(entry)
        elif (key := (entry.context, entry.source)) in found:
            wrong.append(
                BadInput(
                    "{source!r} stands here a second time", file=path, line=entry.line, source=entry.source
                )
            )
        else:
            found[key] = entry
    header = found.pop(("", ""), None)
    return PoFile(_language(header.text if header else ""), tuple(found.values()), tuple(wrong))


def _language(header: str) -> str:
    said = _LANGUAGE.search(header)
    return said[1] if said else ""


def _entries(path: Path, text: str) -> Iterator[Entry | BadInput]:
    """Each entry, or why it cannot be read; the next one begins behind a blank line or a comment."""
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            yield from draft.ended(path, is_last=False)
            draft.is_skipped = False
            draft.fuzzy = draft.fuzzy or (stripped.startswith("#,") and "fuzzy" in stripped)
        elif not draft.is_skipped:
            found = _LINE.fullmatch(stripped)
            if found is not None and found[1] is not None and draft.last == "msgstr":
                yield from draft.ended(path, is_last=False)
            if found is None or not draft.takes(found[1]):
                draft.clear()
                draft.is_skipped = True
                yield BadInput(
                    "is no line of a catalogue: {text!r}", file=path, line=number, text=stripped[:60]
                )
            else:
                draft.add(found[1], _ESCAPE.sub(_meant, found[2]), number)
    yield from draft.ended(path, is_last=True)


class _Draft:
    """The entry that is being read."""

    def __init__(self) -> None:
        self.is_skipped = False
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self._parts: dict[str, str] = {}
        self._lines: dict[str, int] = {}
        self.last, self.fuzzy = "", False

    def takes(self, word: str | None) -> bool:
        """Whether a line may come next: one that begins with a word, or a further one of the same text."""
        return bool(self.last) if word is None else self.last in _ORDER[word]

    def add(self, word: str | None, text: str, number: int) -> None:
        """Take a line."""
        self.last = word or self.last
        self._lines.setdefault(self.last, number)
        self._parts[self.last] = self._parts.get(self.last, "") + text

    def ended(self, path: Path, *, is_last: bool) -> Iterator[Entry | BadInput]:
        """The entry, where it is whole. Comments and blank lines may stand within one, but not the end of a file."""
        parts, lines = self._parts, self._lines
        if "msgstr" in parts:
            began = min(lines.values())
            yield Entry(
                parts.get("msgctxt", ""), parts["msgid"], parts["msgstr"], began, self.fuzzy, lines["msgstr"]
            )
            self.clear()
        elif parts and is_last:
            yield BadInput("the last entry has no msgstr", file=path, line=min(lines.values()))


def _meant(escape: re.Match[str]) -> str:
    return _ESCAPES.get(escape[1], escape[0])
