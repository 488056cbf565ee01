"""Every report, in every form, in every language: all of it is looked up, and no field is left unfilled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sm_dns.monitor.headcount import Base, Dated
from sm_dns.monitor.model import (
    Cell,
    ComplianceReport,
    Coverage,
    CoverageGap,
    DepartmentReport,
    RetiredSource,
    UsageReport,
)
from sm_dns.report.context import Context
from sm_dns.report.document import Document
from sm_dns.report.formats import csv_form, html_form, json_form, pdf_form, text_form
from sm_dns.report.formatting import cell_text, percent_text, range_text
from sm_dns.report.kinds.compliance import compliance_document
from sm_dns.report.kinds.coverage import coverage_document
from sm_dns.report.kinds.department import department_document
from sm_dns.report.kinds.person import person_document
from sm_dns.report.kinds.usage import usage_document
from tests.catalogues.pseudo import OPEN, unmarked
from tests.conftest import require_pdf
from tests.portal.page.test_html import Reader
from tests.report.conftest import make_context
from tests.report.formats.test_pdf_form import text_of
from tests.report.kinds.test_compliance import NONE, RECORDS
from tests.report.kinds.test_person import RECORD
from tests.support import ump
from tests.support.languages import ALL

# What the tests put into reports, in the order in which one may be a part of another.
VALUES = (
    *("Universiti Contoh", "Pusat Teknologi Maklumat", "Jalan Contoh", "Gambang, Pahang", "UC/ICT", "TERHAD"),
    *("Asia/Kuala_Lumpur", "sm-dns", "Facebook", "officer", "domains add", "example.com", "official page"),
    *(
        "asked for by the head",
        "Head of ICT",
        "default",
        "closed",
        "branch",
        "old-one",
        "silent-one",
        "307ca49c",
    ),
    *("whatsapp", "group:", "CTM", "examination"),
    *("doh", "e1f2", "1a2b3c4d", "5e6f7a8b", "hq", "Divisions", "Division", "divisions", "division"),
    *ump.DEPARTMENTS,
)
FORMS = {
    "csv": csv_form.render,
    "html": lambda document: Reader(without_style(html_form.render(document))).text,
    "text": text_form.render,
}


def without_style(page: str) -> str:
    return re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def documents(
    language: str, usage: UsageReport, departments: DepartmentReport, compliance: ComplianceReport
) -> Iterator[Document]:
    """Each kind full, and each kind with as little as it can have."""
    full = replace(
        make_context(language),
        base=Base(1500, date(2010, 1, 5), (Dated(None, 1400),), date(2010, 1, 4)),
        department_bases={"works": Base(400, date(2010, 1, 5))},
    )
    coverage = troubled(usage.coverage)
    for context, whole in ((full, coverage), (bare(language), usage.coverage)):
        yield usage_document(replace(usage, coverage=whole), context)
        yield department_document(replace(departments, coverage=whole), context)
        yield compliance_document(compliance, RECORDS, context)
        yield coverage_document(whole, usage.selection, context)
        yield person_document(RECORD, whole, usage.selection, context)
    empty = replace(usage.coverage, gaps=(), sources=(), versions=())
    yield usage_document(replace(usage, per_day=(), heat=(), per_band=(), coverage=empty), bare(language))
    yield department_document(replace(departments, departments=(), coverage=empty), bare(language))
    yield compliance_document(
        replace(compliance, categories=(), services=(), exemptions=(), coverage=empty), NONE, bare(language)
    )
    yield person_document(
        replace(RECORD, hours=(), erased=True, is_known=False), empty, usage.selection, bare(language)
    )


def bare(language: str) -> Context:
    """Nothing set, and prepared before the period is over."""
    return replace(make_context(language), uncertain_years=(), prepared=float(ump.at(5, 12)))


def troubled(coverage: Coverage) -> Coverage:
    """With a gap for each reason, servers of the past, and keys that changed."""
    reasons = ("not running", "worker lost", "worker silent", "table full", "store failed", "store damaged")
    more = ("store removed", "counts refused", "no key", "collecting failed")
    gaps = tuple(
        CoverageGap(ump.at(1, at), ump.at(1, at + 1), "hq", reason, at)
        for at, reason in enumerate((*reasons, *more))
    )
    retired = (
        RetiredSource("old-one", ump.at(1, 1), None),
        RetiredSource("old-one", ump.at(1, 1), ump.at(2, 1)),
    )
    return replace(
        coverage, gaps=gaps * 3, silent_sources=("silent-one",), retired=retired, keys_changed=True
    )


def letters(text: str) -> list[str]:
    """Words that are neither marked nor values."""
    left = unmarked(" ".join(text.split()))
    for value in VALUES:
        left = left.replace(value, " ")
    return re.findall(r"[^\W\d_]{2,}", left)


@pytest.mark.parametrize("form", FORMS)
def test_every_text_of_a_report_is_looked_up(
    form: str, pseudo: str, usage: UsageReport, departments: DepartmentReport, compliance: ComplianceReport
) -> None:
    for document in documents(pseudo, usage, departments, compliance):
        text = FORMS[form](document)
        assert text.count(OPEN) > 20
        assert letters(text) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ALL)
def test_no_field_is_left_unfilled(
    form: str,
    language: str,
    pseudo: str,
    usage: UsageReport,
    departments: DepartmentReport,
    compliance: ComplianceReport,
) -> None:
    for document in documents(language, usage, departments, compliance):
        assert not re.search(r"\{\w*\}", FORMS[form](document))


def test_what_paper_leaves_out_is_told(
    pseudo: str, usage: UsageReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_form, "MAX_ROWS", 2)
    monkeypatch.setattr(html_form, "HEAT_ROWS", 2)
    text = FORMS["html"](usage_document(usage, make_context(pseudo)))
    assert "ɱöřé řöŵš" in text and "Ţĥé ĥéáţ ɱáƥ ïš ñöţ ďřáŵñ" in text
    assert letters(text) == []


def test_names_in_pictures_and_attributes_are_looked_up(
    pseudo: str, usage: UsageReport, departments: DepartmentReport, compliance: ComplianceReport
) -> None:
    shown = ("aria-label", "alt", "title")
    for document in documents(pseudo, usage, departments, compliance):
        tags = Reader(html_form.render(document)).tags
        assert tags[0] == ("html", {"lang": pseudo})
        told = [given[name] or "" for _, given in tags for name in shown if name in given]
        assert [word for text in told for word in letters(text)] == []


def test_what_json_says_to_people_is_looked_up(pseudo: str, usage: UsageReport) -> None:
    caveats = json_form.usage_object(usage, make_context(pseudo))["caveats"]
    assert isinstance(caveats, list) and len(caveats) == 5
    assert [letters(str(text)) for text in caveats] == [[]] * 5


def test_a_pdf_has_its_pages_counted_in_its_language(pseudo: str, usage: UsageReport, tmp_path: Path) -> None:
    require_pdf()
    text = text_of(pdf_form.render(usage_document(usage, make_context(pseudo))), tmp_path / "report.pdf")
    assert "Ƥáğé" in text and "Page" not in text
    assert "Üšé ƀÿ šéřṽïćé" in text


def test_ranges_say_only_once_what_they_end_in(add_language: Callable[..., None]) -> None:
    add_language("us", date__date="{month} {day}, {year}")
    assert range_text("us", date(2010, 1, 3), date(2010, 1, 8)) == "January 3 to January 8, 2010"
    add_language("zh", date__date="{year}-{month}-{day}")
    assert range_text("zh", date(2010, 1, 3), date(2010, 1, 8)) == "2010-January-3 to 2010-January-8"


def test_numbers_are_written_as_the_language_does(add_language: Callable[..., None]) -> None:
    add_language("de", number__group=".", number__point=",")
    assert (cell_text("de", Cell(12_480), 5), percent_text("de", Decimal("87.33"))) == ("12.480", "87,33%")
