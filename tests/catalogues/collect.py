"""Brings the catalogues up to date with the source.

`en.po` is the model: the texts of pages, reports and notices under their keys, written by hand there, and every
message of the source, which is put in and taken out here. Each other catalogue then gets the same entries in the same
order. What is new has no text; what said something else in English before is marked fuzzy, and is said in English
until somebody has looked at it.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from sm_dns.i18n import catalogue
from sm_dns.i18n.catalogue import ENGLISH, FOLDER, languages, read, slips
from tests.catalogues.source import spoken

_HEADER = """# The words of sm-dns; docs/translating.md says how to correct them.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def collect(folder: Path = FOLDER) -> None:
    """Bring every catalogue of a folder up to date."""
    english = renewed_english(load(folder / f"{ENGLISH}.po"))
    save(english, folder / f"{ENGLISH}.po")
    for path in sorted(folder.glob("*.po")):
        if path.stem != ENGLISH:
            save(like(english, load(path), path.stem), path)


def renewed_english(known: Catalog) -> Catalog:
    """The texts under keys as they stand, and the messages that the source has now."""
    found = _empty(ENGLISH)
    before: dict[str, Message] = {}
    for entry in known:
        if entry.context:
            found.add(
                entry.id,
                entry.string,
                auto_comments=entry.auto_comments,
                user_comments=entry.user_comments,
                context=entry.context,
            )
        elif entry.id:
            before[str(entry.id)] = entry
    for each in sorted(spoken(), key=lambda each: (each.place, each.template)):
        old = before.get(each.template)
        found.add(
            each.template,
            str(old.string) if old else "",
            locations=[(f"sm_dns/{each.place}", 0)],
            user_comments=old.user_comments if old else (),
        )
    return found


def like(english: Catalog, known: Catalog, language: str) -> Catalog:
    """A catalogue with the entries of the English one, and the texts that are known."""
    by_key = {_key(entry): entry for entry in known if entry.id}
    found = _empty(language)
    for entry in english:
        if not entry.id:
            continue
        old = by_key.get(_key(entry))
        said = str(old.string) if old else ""
        fuzzy = bool(old and said and (old.id != entry.id or old.fuzzy))
        flags = ("fuzzy",) if fuzzy else ()
        found.add(
            entry.id,
            said,
            entry.locations,
            flags,
            entry.auto_comments,
            user_comments=old.user_comments if old else (),
            context=entry.context,
        )
    return found


def faults() -> list[str]:
    """What is wrong with the catalogues, a line each, with file and line."""
    found = []
    for language in languages():
        found += [str(each) for each in slips(language)]
        if language != ENGLISH:
            path = catalogue.FOLDER / f"{language}.po"
            found += [
                f"{path}:{each.text_line}: has no text yet, or is marked fuzzy: {each.source!r}"
                for each in read(language).entries
                if not each.text or each.fuzzy
            ]
    return found


def load(path: Path) -> Catalog:
    """A catalogue as Babel reads it."""
    with path.open("rb") as file:
        return read_po(file, locale=None)


def save(catalog: Catalog, path: Path) -> None:
    """Write a catalogue: one text a line, as it is read and compared."""
    for entry in catalog:
        entry.flags -= {"python-format", "python-brace-format"}  # they say nothing that the fields do not
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, include_lineno=False)
    text = re.sub(r"\n{3,}", "\n\n", buffer.getvalue().decode())
    path.write_text(f"{_HEADER.format(language=path.stem)}\n{text.strip()}\n")


def _empty(language: str) -> Catalog:
    return Catalog(charset="utf-8", fuzzy=False, domain=language)


def _key(entry: Message) -> str:
    return entry.context or str(entry.id)
