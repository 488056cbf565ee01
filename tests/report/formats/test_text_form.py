from __future__ import annotations

from collections.abc import Callable

import pytest

from sm_dns.monitor.model import DepartmentReport, UsageReport
from sm_dns.report.context import Context
from sm_dns.report.document import Bars, Document, Facts, Heat, Letterhead, Notes, Section, Table
from sm_dns.report.formats import text_form
from sm_dns.report.kinds.department import department_document
from sm_dns.report.kinds.usage import usage_document
from tests.report.conftest import make_context

HEADLINES = {
    "ms": "Facebook, 3 hingga 8 Januari 2010, 8.00 pagi hingga 9.00 pagi: 1310 pengunjung (87.33%)",
    "en": "Facebook, 3 to 8 January 2010, 08:00 to 09:00: 1310 visitors (87.33%)",
}


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_figure_of_the_letter_stands_on_a_line(usage: UsageReport, language: str) -> None:
    text = text_form.render(usage_document(usage, make_context(language)))
    assert HEADLINES[language] in text.splitlines()
    assert text.startswith("TERHAD\n") and text.endswith("TERHAD\n")


def test_the_two_languages_share_no_line_of_words(usage: UsageReport) -> None:
    lines = [
        {
            line
            for line in text_form.render(
                usage_document(usage, make_context(language, department="Perpustakaan"))
            ).splitlines()
            if sum(char.isalpha() for char in line) > 20
        }
        for language in ("ms", "en")
    ]
    assert lines[0] and lines[1]
    assert lines[0] & lines[1] == set()


def test_departments_have_bars(departments: DepartmentReport) -> None:
    text = text_form.render(department_document(departments, make_context()))
    [bar] = [line for line in text.splitlines() if line.startswith("bursar") and "#" in line]
    assert bar.endswith("# 327")


def test_nothing_paints_on_the_terminal(hostile: Callable[[], tuple[UsageReport, Context]]) -> None:
    text = text_form.render(usage_document(*hostile()))
    assert "\x1b" not in text and "\u202e" not in text


def test_empty_blocks_say_so() -> None:
    blocks = (
        Facts(()),
        Notes(()),
        Table(("a",), (), empty="nothing here"),
        Bars((), "bars"),
        Heat("", (), 5, "heat"),
    )
    document = Document("en", Letterhead(), "Title", "kind", "today", (Section("", blocks),), "source")
    assert "nothing here" in text_form.render(document)
