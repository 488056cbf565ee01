"""A language of nobody, made of the English one: what a page says without it was never looked up in a catalogue.

Each letter has an accent, each text is longer by two fifths, as German or Tamil would be, and stands between `OPEN`
and `CLOSE`. Fields in braces and markup stay as they are, and so do texts of signs alone.
"""

from __future__ import annotations

import re
from pathlib import Path

from sm_dns.i18n.catalogue import ENGLISH, is_punctuation
from tests.catalogues.collect import like, load, save

LANGUAGE = "qps"
OPEN, CLOSE = "⟦", "⟧"
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "áƀćďéƒğĥïĵķłɱñöƥɋřšţüṽŵẋÿžÁɃĆĎÉƑĞĤÏĴĶŁṀÑÖƤɊŘŠŢÜṼŴẊÝŽ"
_LOOKS = str.maketrans(_PLAIN, _ACCENTED)
_KEPT = re.compile(r"(\{[^{}]*\}|<[^<>]*>|&\w+;)")
_MARKED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_LONGER = 0.4


def pseudo(text: str) -> str:
    """A text of `LANGUAGE`."""
    if is_punctuation(text):
        return text
    parts = _KEPT.split(text)
    said = "".join(part if at % 2 else part.translate(_LOOKS) for at, part in enumerate(parts))
    more = round(_LONGER * sum(map(len, parts[::2]))) // 2 + 1
    return f"{OPEN}{said}{' ö' * more}{CLOSE}"


def write_pseudo(folder: Path) -> None:
    """Put the whole language beside the English one of a folder."""
    english = load(folder / f"{ENGLISH}.po")
    made = like(english, english, LANGUAGE)
    for entry in made:
        if entry.id:
            entry.string = pseudo(str(entry.string or entry.id))
    save(made, folder / f"{LANGUAGE}.po")


def unmarked(text: str) -> str:
    """What is left of a text without the words of `LANGUAGE`: values, and what nobody translated."""
    before = ""
    while before != text:
        before, text = text, _MARKED.sub("", text)
    return text
