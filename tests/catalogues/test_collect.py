"""Catalogues are brought up to date: what people wrote stays, what is new waits for them, what changed is marked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sm_dns.i18n.catalogue import FOLDER
from sm_dns.i18n.po_file import Entry, read_po
from tests.catalogues.collect import collect, faults
from tests.catalogues.pseudo import LANGUAGE, OPEN, pseudo, unmarked, write_pseudo
from tests.support.languages import forget


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """The catalogues that ship, in a folder of their own."""
    return Path(shutil.copytree(FOLDER, tmp_path / "catalogues"))


def entries(folder: Path, language: str) -> dict[tuple[str, str], Entry]:
    return {(each.context, each.source): each for each in read_po(folder / f"{language}.po")}


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_what_is_up_to_date_stays_as_it_is(copies: Path) -> None:
    collect(copies)
    for file in FOLDER.glob("*.po"):
        assert (copies / file.name).read_text() == file.read_text(), file.name


def test_an_empty_file_becomes_a_language_without_texts(copies: Path) -> None:
    (copies / "ta.po").touch()
    collect(copies)
    found = entries(copies, "ta")
    assert list(found) == list(entries(copies, "en"))
    assert {each.text for each in found.values()} == {""}
    assert '"Language: ta\\n"' in (copies / "ta.po").read_text()


def test_a_text_whose_english_changed_is_marked(copies: Path) -> None:
    change(copies / "en.po", 'msgid "Questions"', 'msgid "Whom to ask"')
    collect(copies)
    found = entries(copies, "ms")["notice.contact", "Whom to ask"]
    assert (found.text, found.fuzzy) == ("Pertanyaan", True)
    collect(copies)
    assert entries(copies, "ms")["notice.contact", "Whom to ask"].fuzzy


def test_a_message_that_is_said_no_more_goes_and_a_new_one_has_no_text(copies: Path) -> None:
    change(copies / "en.po", 'msgid "permission denied"', 'msgid "said in another time"')
    change(copies / "ms.po", 'msgid "permission denied"', 'msgid "said in another time"')
    collect(copies)
    for language in ("en", "ms"):
        found = entries(copies, language)
        assert ("", "said in another time") not in found
        assert found["", "permission denied"].text == ""


def test_the_language_of_nobody_has_every_text_marked_and_its_fields_kept(copies: Path) -> None:
    write_pseudo(copies)
    made = entries(copies, LANGUAGE)
    assert list(made) == list(entries(copies, "en"))
    assert sum(OPEN in each.text for each in made.values()) > 1000
    assert (
        pseudo("Permitted from {date} <b>{time!r}</b>") == "⟦Ƥéřɱïţţéď ƒřöɱ {date} <b>{time!r}</b> ö ö ö ö⟧"
    )
    assert pseudo("{date}, {time}") == "{date}, {time}"
    assert unmarked("⟦á {x} ⟦ƀ⟧⟧ left") == " left"


def test_what_a_translator_noted_stays(copies: Path) -> None:
    change(
        copies / "ms.po",
        'msgctxt "notice.contact"',
        '# semak dengan bahagian bahasa\nmsgctxt "notice.contact"',
    )
    collect(copies)
    assert "# semak dengan bahagian bahasa\n" in (copies / "ms.po").read_text()


def test_what_is_wrong_is_said_in_words_with_its_line(
    folder: Path,
) -> None:
    assert faults() == []
    change(
        folder / "ms.po",
        "Capaian dibenarkan semula pada hari {day}, {date}, pukul {time}.",
        "XX {day}, {date}.",
    )
    change(folder / "ms.po", 'msgid "Questions"\nmsgstr "Pertanyaan"', 'msgid "Questions"\nmsgstr ""')
    forget()
    lost, empty = sorted(faults(), key=lambda each: "lacks" not in each)
    line = (folder / "ms.po").read_text().partition("XX {day}")[0].count("\n") + 1
    assert lost.startswith(f"{folder / 'ms.po'}:{line}: lacks {{time}}")
    assert empty.endswith(": has no text yet, or is marked fuzzy: 'Questions'")
