from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from sm_dns.agency.profile import SHIPPED, shipped
from sm_dns.i18n import catalogue as catalogues
from sm_dns.i18n.catalogue import FOLDER, catalogue, in_every_language, languages, speaking, worded
from sm_dns.i18n.dates import time_text
from sm_dns.i18n.names import category_name
from sm_dns.i18n.po_file import Entry, read_po
from sm_dns.i18n.text import Text
from sm_dns.i18n.usable import AGENCY_FIELDS, is_usable
from sm_dns.util.message import Message
from tests.support.languages import forget


def entry(source: str, text: str, context: str = "page.x") -> Entry:
    return Entry(context, source, text, 1, False, 2)


def change(folder: Path, language: str, before: str, after: str) -> None:
    """Correct a catalogue by hand."""
    file = folder / f"{language}.po"
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))
    forget()


def test_a_file_is_a_language(add_language: Callable[..., None]) -> None:
    assert languages() == ("ms", "en")
    add_language("ta", notice__contact="Kelvi")
    add_language("de")
    assert languages() == ("ms", "en", "de", "ta")
    assert catalogue("ta")("notice.contact") == "Kelvi"
    assert catalogue("de")("notice.contact") == catalogue("en")("notice.contact") == "Questions"


def test_a_correction_by_hand_is_shown(folder: Path) -> None:
    change(folder, "ms", '"Pertanyaan"', '"Soalan"')
    assert catalogue("ms")("notice.contact") == "Soalan"


@pytest.mark.parametrize("language", languages())
def test_what_ships_is_usable(language: str) -> None:
    assert [each for each in read_po(FOLDER / f"{language}.po") if not is_usable(each)] == []


def test_what_cannot_be_used_is_said_in_english_and_told_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change(folder, "ms", '"Dibenarkan semula {date}, {time}"', '"Dibenarkan semula {tarikh}"')
    with caplog.at_level(logging.ERROR):
        assert catalogue("ms")("ede.opens", date="a", time="b") == "Permitted from a b"
    line = (folder / "ms.po").read_text().partition("{tarikh}")[0].count("\n") + 1
    assert f"ms.po:{line}: has {{tarikh}}" in caplog.text
    assert catalogue("ms")("ede.bypass") == "Penggunaan DNS luar tidak dibenarkan"


def test_a_file_that_is_no_catalogue_stops_nothing(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "ta.po").write_text("msgid unfinished\n")
    forget()
    with caplog.at_level(logging.ERROR):
        catalogues.load()
    assert "ta.po:1: is no line of a catalogue" in caplog.text
    assert catalogue("ta")("notice.contact") == "Questions"
    assert languages()[-1] == "ta"


OPENS = 'msgid "Permitted from {date} {time}"'


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (OPENS, OPENS.replace("{date}", "{date"), "Permitted from {date {time}"),
        (OPENS, OPENS.replace("{date}", "{dat}"), "Permitted from {dat} {time}"),
        (OPENS, OPENS[:-1], "Permitted from 3 Dis 4.30"),
        (f'{OPENS}\nmsgstr ""', f'{OPENS}\nmsgstr "From {{dat}}"', "Permitted from 3 Dis 4.30"),
    ],
)
def test_a_slip_in_the_english_stops_nothing_either(
    folder: Path, caplog: pytest.LogCaptureFixture, before: str, after: str, said: str
) -> None:
    change(folder, "en", before, after)
    with caplog.at_level(logging.ERROR):
        catalogues.load()
    assert catalogue("en")("ede.opens", date="3 Dis", time="4.30") == said
    assert catalogue("en")("ede.bypass") == "Other DNS services are not permitted"
    assert catalogue("ms")("ede.opens", date="3 Dis", time="4.30") == "Dibenarkan semula 3 Dis, 4.30"
    assert ("en.po:" in caplog.text) is ("{dat}" not in after or "msgstr" in after)


def test_without_any_english_the_english_of_the_malay_is_left(folder: Path) -> None:
    (folder / "en.po").write_bytes(b"\xff")
    forget()
    assert catalogue("en")("notice.contact") == "Questions"
    assert catalogue("en").said(Message("permission denied")) == "permission denied"
    (folder / "ms.po").unlink()
    forget()
    assert languages() == ("ms", "en")
    assert catalogue("ms")("notice.contact") == catalogue("en")("notice.contact") == "contact"


@pytest.mark.parametrize("copy", ["ms-lama", "ms copy", "tatabahasa", "x_y"])
def test_a_copy_of_a_catalogue_is_no_language(folder: Path, copy: str) -> None:
    (folder / f"{copy}.po").write_bytes((folder / "ms.po").read_bytes())
    forget()
    assert languages() == ("ms", "en")


def test_a_language_without_a_name_is_not_offered(add_language: Callable[..., None]) -> None:
    add_language("ta", language__name="")
    assert languages() == ("ms", "en")


def test_what_would_be_the_english_again_is_left_out(add_language: Callable[..., None]) -> None:
    add_language("ta", ede__bypass="Illai")
    assert speaking("ede.bypass") == ("ms", "en", "ta")
    assert speaking("ede.opens") == ("ms", "en")
    assert in_every_language("notice.contact") == "Pertanyaan / Questions"


def test_what_is_fuzzy_or_empty_is_said_in_english(folder: Path) -> None:
    change(folder, "ms", 'msgctxt "notice.contact"', '#, fuzzy\nmsgctxt "notice.contact"')
    change(folder, "ms", 'msgstr "Makluman pemantauan"', 'msgstr ""')
    assert [catalogue("ms")(f"notice.{key}") for key in ("contact", "mon_head")] == [
        "Questions",
        "Monitoring notice",
    ]


@pytest.mark.parametrize(
    ("source", "text", "usable"),
    [
        ("{a} of {b!r}", "{b!r}: {a}", True),
        ("{a} of {b!r}", "{b}: {a}", False),
        ("{n:.0f} ms", "{n} ms", False),
        ("{n:.0f} ms", "{n:.0f} saat", True),
        ("{a}", "a", False),
        ("{a!r}", "{a!r} {a!r}", True),
        ("{a} {a}", "{a}", True),
        ("a", "{a}", False),
        ("{a}", "{}", False),
        ("{a}", "{a", False),
        ("{a}", "{a.b}", False),
        ("{Heads} x", "{department}", True),
        ("{a} {Heads} x", "{department}", False),
        ("{a} x", "{department}", False),
    ],
)
def test_which_texts_can_be_filled_in(source: str, text: str, usable: bool) -> None:
    assert is_usable(entry(source, text)) is usable


def test_a_message_may_have_an_agency_s_words_and_a_time_its_own_fields() -> None:
    assert is_usable(entry("there is no department {name!r}", "{department} {name!r}", ""))
    assert is_usable(entry("{day} {month} {year}", "{day} {month}", "date.date"))
    assert is_usable(entry("{hour24}:{minute}", "{hour12}.{minute} {part}", "date.time"))
    assert not is_usable(entry("{day} {month}", "{day} {part}", "date.short_date"))


def test_the_words_of_an_agency_are_known_by_these_fields() -> None:
    for name in SHIPPED:
        assert set(shipped(name).words.fields("en")) == AGENCY_FIELDS


def test_words_of_an_agency_stand_in_its_texts() -> None:
    jkdm, ump = (worded("ms", tuple(shipped(name).words.fields("ms").items())) for name in ("jkdm", "ump"))
    assert (jkdm("report.department_name"), ump("report.department_name")) == ("Bahagian", "Jabatan")


def test_a_message_within_a_message_is_translated_too() -> None:
    say = catalogue("ms")
    inner = Message("is no JSON: {reason}", reason=Message("permission denied"))
    assert say.said(inner) == "bukan JSON yang sah: tiada kebenaran capaian"
    assert say.can_say(inner) and say.can_say(Message("{file}: {reason}", file="x", reason=inner))
    unknown = Message("{file}: {reason}", file="x", reason=Message("never said"))
    assert not say.can_say(unknown) and say.said(unknown) == "x: never said"


def test_english_of_a_page_may_be_other_than_that_of_the_log() -> None:
    found = [each for each in read_po(FOLDER / "en.po") if each.text and "{" not in each.source]
    assert len(found) > 3
    assert [catalogue("en").said(Message(each.source)) for each in found] == [each.text for each in found]


def test_categories_have_names_and_those_of_a_site_their_own() -> None:
    assert [category_name(each, "bypass") for each in languages()] == [
        "memintas kawalan DNS",
        "going around DNS control",
    ]
    assert category_name("ms", "games") == "games"


def test_what_is_written_in_two_languages_is_english_for_all_others() -> None:
    text = Text.both("Hari Deepavali / Deepavali")
    assert [text.in_(language) for language in ("ms", "en", "ta")] == [
        "Hari Deepavali",
        "Deepavali",
        "Deepavali",
    ]


def test_a_language_with_other_hours(add_language: Callable[..., None]) -> None:
    add_language("us", date__time="{hour12}:{minute} {part}", date__part__1="a.m.", date__part__14="p.m.")
    assert [time_text("us", time(hour)) for hour in (9, 15)] == ["9:00 a.m.", "3:00 p.m."]
