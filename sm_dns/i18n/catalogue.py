"""One language: every text that people read, by its key, and every message of the service.

The English of a page, a report or a notice stands in `catalogues/en.po` under its key (`msgctxt`); a message of the
service is its own key, the English sentence in the source. `catalogues/LANGUAGE.po` has the same entries, with
`msgstr` in that language. What is missing there is said in English, and so is what cannot be used: a catalogue is
corrected by hand, and a slip of the pen must not stop an answer, a page or a report.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from sm_dns.i18n.po_file import Entry, read_po
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, Value

FOLDER = Path(__file__).parent / "catalogues"
ENGLISH = "en"
FIRST = "ms"
"""The language that comes first where several stand together."""
AGENCY_FIELDS = frozenset(
    ("department", "Department", "departments", "Departments", "head", "Head", "heads", "Heads")
)
"""Fields for the words of an agency. A message, and a text with one of them in English, may have others."""
_TIME_FIELDS = frozenset(("hour12", "hour24", "minute", "part", "short_part"))
_MORE_FIELDS = {"date.time": _TIME_FIELDS, "date.short_time": _TIME_FIELDS}  # than the English text has
MAX_WORDINGS = 8
"""Languages with the words of an agency that are kept, before and after a change of the words."""

log = logging.getLogger(__name__)


class Catalogue:
    """The texts of one language. `words`: what stands in all of them for fields such as {department}."""

    def __init__(
        self, language: str, texts: Mapping[str, str], words: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.language = language
        self._words = tuple(words)
        self._texts = {key: self._with_words(text) for key, text in texts.items()}

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with what stands in braces filled in. Raises `KeyError` for one that there is not."""
        text = self._texts[key]
        return text.format(**values) if values else text

    def known(self, key: str, other: str) -> str:
        """The text of a key, or else another."""
        return self._texts.get(key, other)

    def said(self, message: Message) -> str:
        """A message of the service; in English what this language has no words for."""
        text = self._texts.get(message.template) or self._with_words(message.template)
        values = {name: self._value(value) for name, value in message.values.items()}
        return text.format(**values) if values else text

    def can_say(self, message: Message) -> bool:
        """Whether this language has words for a message and all within it. A mere `{file}: {reason}` needs none."""
        if not (message.template in self._texts or is_punctuation(message.template)):
            return False
        return all(self.can_say(each) for each in message.values.values() if isinstance(each, Message))

    def _value(self, value: Value) -> str | int | float:
        return self.said(value) if isinstance(value, Message) else value

    def _with_words(self, text: str) -> str:
        for name, word in self._words:
            text = text.replace(f"{{{name}}}", word)
        return text


@cache
def languages() -> tuple[str, ...]:
    """Every language that there is a catalogue of: Malay, English, then the others."""
    found = {path.stem for path in FOLDER.glob("*.po")}
    return (FIRST, ENGLISH, *sorted(found - {FIRST, ENGLISH}))


def load() -> None:
    """Read every catalogue now, and not when somebody waits for an answer."""
    for language in languages():
        catalogue(language)


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
    if language == ENGLISH:
        return {each.context or each.source: each.text or each.source for each in read_po(_file(ENGLISH))}
    found = dict(_texts(ENGLISH))
    try:
        entries = read_po(_file(language))
    except BadInput as error:
        log.error("%s; English stands in its place", error)
        return found
    for each in entries:
        if not each.text or each.fuzzy:
            continue
        if is_usable(each):
            found[each.context or each.source] = each.text
        else:
            log.error("%s:%d: not the fields of the English text: %r", _file(language), each.line, each.text)
    return found


def _file(language: str) -> Path:
    return FOLDER / f"{language}.po"


def is_usable(entry: Entry) -> bool:
    """Whether a text has no fields but those of the English one, and these written as there."""
    try:
        ours, known = fields(entry.text), fields(entry.source)
    except ValueError:  # a brace too many or too few
        return False
    more = _MORE_FIELDS.get(entry.context, frozenset())
    if known & AGENCY_FIELDS or not entry.context:
        more |= AGENCY_FIELDS
    return ours <= known | more


def fields(text: str) -> set[str]:
    """What stands in braces, with how it is written: "name", "name!r". Raises `ValueError` for a brace alone."""
    return {
        f"{name}{'!' if conversion else ''}{conversion or ''}{':' if form else ''}{form}"
        for _, name, form, conversion in Formatter().parse(text)
        if name is not None
    }


def in_every_language(key: str) -> str:
    """The text of a key in all languages, one after the other."""
    return " / ".join(catalogue(language)(key) for language in languages())


def is_punctuation(template: str) -> bool:
    """Whether a template is fields and signs alone, which every language writes the same way."""
    outside, depth = "", 0
    for character in template:
        depth += (character == "{") - (character == "}")
        if not depth and character.isalpha():
            outside += character
    return not outside
