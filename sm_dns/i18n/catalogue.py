"""One language: every text that people read, by its key, and every message of the service.

The English of a page, a report or a notice stands in `catalogues/en.po` under its key (`msgctxt`); a message of the
service is its own key, the English sentence in the source. `catalogues/LANGUAGE.po` has the same entries, with
`msgstr` in that language. What is missing there is said in English, and so is what cannot be used. Where the English
itself is spoiled, whatever can be said is: a catalogue is corrected by hand, and a slip of the pen must not stop an
answer, a page or a report.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

from sm_dns.i18n.po_file import Entry, PoFile, read_what_can_be_read
from sm_dns.i18n.usable import NAME, is_language, is_usable, why_not_usable
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, Value

FOLDER = Path(__file__).parent / "catalogues"
ENGLISH = "en"
FIRST = "ms"
"""The language that comes first where several stand together."""
MAX_WORDINGS = 8
"""Languages with the words of an agency that are kept, before and after a change of the words."""

log = logging.getLogger(__name__)

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)  # as `util.clock.utc_iso` writes it


class Catalogue:
    """The texts of one language. `words`: what stands in all of them for fields such as {department}."""

    def __init__(
        self, language: str, texts: Mapping[str, str], words: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.language = language
        self._words = tuple(words)
        self._texts = {key: self._with_words(text) for key, text in texts.items()} if self._words else texts

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with what stands in braces filled in. Of one that there is not, its last part."""
        text = self._texts.get(key, key.rpartition(".")[2])
        return _filled(text, values) if values else text

    def known(self, key: str, other: str) -> str:
        """The text of a key, or else another."""
        return self._texts.get(key, other)

    def said(self, message: Message, instant: Callable[[str], str] = str) -> str:
        """A message of the service; in English what this language has no words for.

        instant: how an instant among its values, ISO 8601 in UTC with its Z, is shown.
        """
        text = self._texts.get(message.template) or self._with_words(message.template)
        values = {name: self._value(value, instant) for name, value in message.values.items()}
        return _filled(text, values) if values else text

    def can_say(self, message: Message) -> bool:
        """Whether this language has words for a message and all within it. A mere `{file}: {reason}` needs none."""
        if not (message.template in self._texts or is_punctuation(message.template)):
            return False
        return all(self.can_say(each) for each in message.values.values() if isinstance(each, Message))

    def _value(self, value: Value, instant: Callable[[str], str]) -> str | int | float:
        if isinstance(value, Message):
            return self.said(value, instant)
        return instant(value) if isinstance(value, str) and _INSTANT.fullmatch(value) else value

    def _with_words(self, text: str) -> str:
        for name, word in self._words:
            text = text.replace(f"{{{name}}}", word)
        return text


@cache
def languages() -> tuple[str, ...]:
    """Every language that there is a catalogue of: Malay, English, then the others."""
    found = {path.stem for path in FOLDER.glob("*.po") if is_language(path, read(path.stem))}
    return (FIRST, ENGLISH, *sorted(found - {FIRST, ENGLISH}))


def load() -> None:
    """Read every catalogue now, and not when somebody waits for an answer; of the files only the texts are kept."""
    for language in languages():
        catalogue(language)
    read.cache_clear()


@cache
def catalogue(language: str) -> Catalogue:
    """A language without the words of an agency."""
    return Catalogue(language, _texts(language))


@lru_cache(MAX_WORDINGS)
def worded(language: str, words: tuple[tuple[str, str], ...]) -> Catalogue:
    """A language in the words of an agency: pairs of a field and its word."""
    return Catalogue(language, _texts(language), words)


@cache
def _texts(language: str) -> dict[str, str]:
    for each in slips(language):
        log.error("%s; it is not used", each)
    if language == ENGLISH:
        found = {each.key: each.source for each in read(FIRST).entries}  # of what en.po may have lost
        return found | {each.key: _english(each) for each in read(ENGLISH).entries}
    found = {**_texts(ENGLISH), NAME: language}
    usable = (each for each in read(language).entries if each.text and not each.fuzzy and is_usable(each))
    return found | {each.key: each.text for each in usable}


def _english(entry: Entry) -> str:
    return entry.text if entry.text and is_usable(entry) else entry.source


def slips(language: str) -> list[BadInput]:
    """What of a catalogue cannot be read or used, each with its file and line."""
    found = read(language)
    wrong = [
        BadInput(why, file=_file(language), line=each.text_line if each.text else each.line)
        for each in found.entries
        if not (each.fuzzy or (language != ENGLISH and not each.text))
        and (why := why_not_usable(each)) is not None
    ]
    return sorted((*found.wrong, *wrong), key=lambda each: each.line or 0)


@cache
def read(language: str) -> PoFile:
    """What a catalogue has, once read; nothing where there is no such file."""
    return read_what_can_be_read(_file(language))


def _file(language: str) -> Path:
    return FOLDER / f"{language}.po"


def _filled(text: str, values: Mapping[str, object]) -> str:
    """A text with what stands in braces; as it stands where it has a field that nobody fills in."""
    try:
        return text.format(**values)
    except (LookupError, ValueError, AttributeError, TypeError):
        return text


def speaking(key: str) -> tuple[str, ...]:
    """The languages that have words of their own for a key: not those that would say the English again."""
    english = catalogue(ENGLISH)(key)
    return tuple(each for each in languages() if each == ENGLISH or catalogue(each)(key) != english)


def in_every_language(key: str) -> str:
    """The text of a key in all languages that have it, one after the other."""
    return " / ".join(catalogue(language)(key) for language in speaking(key))


def is_punctuation(template: str) -> bool:
    """Whether a template is fields and signs alone, which every language writes the same way."""
    outside, depth = "", 0
    for character in template:
        depth += (character == "{") - (character == "}")
        if not depth and character.isalpha():
            outside += character
    return not outside
