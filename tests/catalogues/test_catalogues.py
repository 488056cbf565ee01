"""The catalogues say everything that the service says, and nothing that it does not."""

from __future__ import annotations

from collections import Counter
from string import Formatter

import pytest

from sm_dns.agency.profile import SHIPPED, shipped
from sm_dns.i18n.catalogue import ENGLISH, FOLDER, is_punctuation, languages
from sm_dns.i18n.po_file import read_po
from tests.catalogues.source import arguments, is_made_up, modules, spoken

OTHERS = [language for language in languages() if language != ENGLISH]
AGENCY = set(shipped(SHIPPED[0]).words.fields(ENGLISH))
ENGLISH_ENTRIES = read_po(FOLDER / f"{ENGLISH}.po")


def fields(text: str) -> list[str]:
    """What stands in braces; none in a text of braces that mean themselves."""
    try:
        return sorted(name for _, name, _, _ in Formatter().parse(text) if name and name.isidentifier())
    except ValueError:
        return []


def test_every_message_of_the_source_is_in_the_catalogues_and_no_other() -> None:
    """Else `python -m tests.catalogues` was not run."""
    messages = {entry.source for entry in ENGLISH_ENTRIES if not entry.context}
    assert messages == {each.template for each in spoken()}
    assert len(messages) > 400


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_everything(language: str) -> None:
    found = {(entry.context, entry.source): entry for entry in read_po(FOLDER / f"{language}.po")}
    assert list(found) == [(entry.context, entry.source) for entry in ENGLISH_ENTRIES]
    assert [entry.source for entry in found.values() if not entry.text or entry.fuzzy] == []
    assert [entry.text for entry in found.values() if entry.text != entry.text.strip()] == [
        entry.text for entry in found.values() if entry.source != entry.source.strip()
    ]


@pytest.mark.parametrize("language", languages())
def test_a_name_has_one_text(language: str) -> None:
    names = [entry.context for entry in read_po(FOLDER / f"{language}.po") if entry.context]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("language", languages())
def test_what_is_filled_in_stands_in_every_language(language: str) -> None:
    for entry in read_po(FOLDER / f"{language}.po"):
        said = set(fields(entry.text or entry.source)) - AGENCY
        if entry.context.startswith("date."):
            continue  # a language writes the parts of a date that it needs
        assert said == set(fields(entry.source)) - AGENCY, entry


def test_no_message_is_put_together_on_the_spot() -> None:
    """An f-string has no key that a catalogue could know."""
    found = [
        f"{place}:{node.lineno}"
        for place, tree in modules()
        for node in arguments(tree, place.parts[0])
        if is_made_up(node)
    ]
    assert found == []


def test_no_value_of_a_message_has_the_name_of_an_agency_s_word() -> None:
    assert [each for each in spoken() if not is_clear(each.template)] == []


def is_clear(template: str) -> bool:
    return not set(fields(template)) & AGENCY


@pytest.mark.parametrize(
    ("template", "expected"),
    [("{file}:{line}: {reason}", True), ("{text!r}: {reason}", True), ("{n} days", False), ("hex", False)],
)
def test_what_every_language_writes_the_same_way(template: str, expected: bool) -> None:
    assert is_punctuation(template) is expected
