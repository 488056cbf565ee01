from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sm_dns.monitor.model import Cell, HeatRow, UsageReport
from sm_dns.report.context import Context
from sm_dns.report.document import Document, Letterhead, Section, Table
from sm_dns.report.formats import html_form
from sm_dns.report.kinds.usage import usage_document
from tests.report.conftest import HOSTILE, make_context
from tests.report.formats.test_text_form import HEADLINES

VOID = {"meta", "img"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and holds that everything is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_figure_of_the_letter(usage: UsageReport, language: str) -> None:
    page = html_form.render(usage_document(usage, make_context(language)))
    reader = Reader(page)
    assert HEADLINES[language] in reader.texts
    assert ("lang", language) in reader.attributes
    assert "svg" in reader.tags


def test_nothing_is_fetched_and_nothing_runs(usage: UsageReport) -> None:
    logo = html_form.PNG + b"rest"
    page = html_form.render(usage_document(usage, make_context(logo=logo)))
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object", "embed", "form", "a"} & reader.tags
    sources = [value for name, value in reader.attributes if name in ("src", "href", "action", "srcset")]
    assert len(sources) == 1 and sources[0].startswith("data:image/png;base64,")
    assert not [name for name, _ in reader.attributes if name.startswith("on")]
    assert "url(" not in page and "@import" not in page


def test_hostile_names_are_text_only(
    hostile: Callable[[], tuple[UsageReport, Context]], usage: UsageReport
) -> None:
    page = html_form.render(usage_document(*hostile()))
    reader = Reader(page)
    assert reader.tags == Reader(html_form.render(usage_document(usage, make_context()))).tags
    assert HOSTILE.replace("\x1b", "\ufffd").replace("\u202e", "\ufffd") in reader.texts
    assert "\x1b" not in page and "\u202e" not in page


def test_a_label_can_do_nothing_in_the_style_sheet() -> None:
    page = html_form.render(usage_document_of_nothing('"; } body { display: none } </style><b>'))
    [sheet] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert sheet.count("display: none") == 1  # our own rule for the screen's label


def usage_document_of_nothing(label: str) -> Document:
    return Document("en", Letterhead(classification=label), "Title", "kind", "today", (), "source")


def test_without_a_letterhead_no_line_is_empty() -> None:
    document = Document("en", Letterhead(), "Title", "kind", "today", (), "source")
    assert 'class="label"' not in html_form.render(document)


def test_a_year_is_no_heat_map(usage: UsageReport) -> None:
    row = HeatRow(usage.heat[0].day, (Cell(1),) * 24)
    page = html_form.render(usage_document(replace(usage, heat=(row,) * 366), make_context()))
    assert "The heat map is not drawn for more than 93 days" in page
    assert "<svg" not in page


def test_a_table_on_paper_has_an_end_and_says_so() -> None:
    rows = tuple((f"line {at}",) for at in range(html_form.MAX_ROWS + 3))
    sections = (Section("", (Table(("a",), rows),)),)
    page = html_form.render(Document("ms", Letterhead(), "Title", "kind", "today", sections, "source"))
    assert page.count("<td>line ") == html_form.MAX_ROWS
    assert "3 baris lagi tidak dicetak di sini" in page


def test_only_words_too_long_for_a_column_break_anywhere() -> None:
    rows = (("Jumaat", "w" * 40, "1234567"),)
    sections = (Section("", (Table(("a", "b", "c"), rows, numbers=frozenset({2})),)),)
    page = html_form.render(Document("ms", Letterhead(), "Title", "kind", "today", sections, "source"))
    assert "<td>Jumaat</td>" in page and '<td class="figure">1234567</td>' in page
    assert page.count('class="long"') == 1
