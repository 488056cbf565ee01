from __future__ import annotations

import html
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from sm_dns.monitor.model import Cell, DepartmentReport, HeatRow, UsageReport
from sm_dns.report.context import Context
from sm_dns.report.document import Document, Facts, Heat, Letterhead, Notes, Section, Table
from sm_dns.report.formats import csv_form, pdf_form
from sm_dns.report.kinds.department import department_document
from sm_dns.report.kinds.usage import usage_document
from sm_dns.report.texts import say
from sm_dns.util.errors import BadInput
from tests.conftest import require, require_pdf
from tests.report.conftest import make_context
from tests.report.formats.test_text_form import HEADLINES
from tests.support import ump

MONTH = 31
HEIGHT, FOOT = 842, 790  # of A4, and where the foot of a page begins; in points
LABEL = "TERHAD"


def text_of(made: bytes, path: Path) -> str:
    """What `pdftotext` reads out of a PDF, with white space made one."""
    return " ".join(ran("pdftotext", made, path).split())


def ran(program: str, made: bytes, path: Path, *options: str) -> str:
    """What a program of poppler says of a PDF."""
    require(program)
    path.write_bytes(made)
    if program == "pdftotext":
        command = [program, "-enc", "UTF-8", *options, str(path), "-"]
    else:
        command = [program, *options, str(path)]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


def boxes(made: bytes, path: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Of each page the words in order: left, right, top and bottom in points from the top left corner, text."""
    told = ran("pdftotext", made, path, "-bbox")
    word = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    return [
        [
            (float(left), float(right), float(top), float(bottom), html.unescape(text))
            for left, top, right, bottom, text in word.findall(page)
        ]
        for page in told.split("<page ")[1:]
    ]


def lowest(made: bytes, path: Path) -> list[float]:
    """How far down each page something stands, its foot left out; in points."""
    return [max(bottom for _, _, top, bottom, _ in page if top < FOOT) for page in boxes(made, path)]


def contents(made: bytes) -> bytes:
    """What draws the pages."""
    found = re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", made, re.DOTALL)
    return b"".join(zlib.decompress(each) for each in found)


def document_of(*sections: Section, letterhead: Letterhead | None = None) -> Document:
    return Document("en", letterhead or Letterhead(), "Title", "kind", "today", sections, "source")


def a_month(usage: UsageReport) -> UsageReport:
    """The report as if each of 31 days had been its first, busy in every hour."""
    [first, *_] = usage.per_day
    days = [ump.FIRST + timedelta(days=at) for at in range(MONTH)]
    return replace(
        usage,
        per_day=tuple(replace(first, day=day) for day in days),
        heat=tuple(HeatRow(day, tuple(Cell(1000 * hour + day.day) for hour in range(24))) for day in days),
    )


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_figure_of_the_letter_is_read_back(usage: UsageReport, language: str, tmp_path: Path) -> None:
    require_pdf()
    made = pdf_form.render(usage_document(usage, make_context(language)))
    text = text_of(made, tmp_path / "report.pdf")
    assert HEADLINES[language] in text
    pages = text.count("Muka surat " if language == "ms" else "Page ")
    assert pages >= 2
    assert text.count(LABEL) == 2 * pages  # at the head and the foot of each
    first = ran("pdftotext", made, tmp_path / "report.pdf", "-l", "1")
    assert HEADLINES[language] in " ".join(first.split())


@pytest.mark.parametrize("language", ["ms", "en"])
def test_it_says_what_the_spreadsheet_says(
    usage: UsageReport, departments: DepartmentReport, language: str, tmp_path: Path
) -> None:
    """Every cell of the CSV is on paper: both are made from one document."""
    require_pdf()
    context = make_context(language)
    for document in (usage_document(usage, context), department_document(departments, context)):
        text = re.sub(r"\s", "", ran("pdftotext", pdf_form.render(document), tmp_path / "report.pdf"))
        lines = csv_form.render(document).removeprefix("\N{BYTE ORDER MARK}").splitlines()
        cells = {cell for line in lines for cell in line.strip('"').split('","')}
        # Over a picture of hours stands where each begins.
        words = {word.partition("–")[0] for cell in cells for word in cell.split()}
        words -= set(say(language, "classification").split())  # the label alone stands on paper
        assert [word for word in words if word not in text] == []


def test_fonts_are_within_and_every_letter_can_be_copied(usage: UsageReport, tmp_path: Path) -> None:
    require_pdf()
    made = pdf_form.render(usage_document(usage, make_context()))
    fonts = ran("pdffonts", made, tmp_path / "report.pdf").splitlines()[2:]
    assert {each.split()[0].partition("+")[2] for each in fonts} == {"LiberationSans", "LiberationSansBold"}
    for each in fonts:
        embedded, subset, mapped = each.split()[-5:-2]
        assert (embedded, subset, mapped) == ("yes", "yes", "yes"), each


def test_it_says_that_it_is_for_keeping_and_whose_it_is(usage: UsageReport, tmp_path: Path) -> None:
    require_pdf()
    made = pdf_form.render(usage_document(usage, make_context("ms")))
    told = ran("pdfinfo", made, tmp_path / "report.pdf", "-meta")
    assert "<pdfaid:part>2</pdfaid:part>" in told and "<pdfaid:conformance>U</pdfaid:conformance>" in told
    assert "Laporan Pemantauan Capaian Media Sosial: Penggunaan" in told and "Universiti Contoh" in told
    assert b"/Lang (ms)" in made and b"/DisplayDocTitle true" in made
    assert made.count(b"/OutputIntents") == 1 and b"/GTS_PDFA1" in made
    assert b"/Encrypt" not in made


def test_sections_have_bookmarks_and_links(usage: UsageReport, tmp_path: Path) -> None:
    require_pdf()
    document = usage_document(usage, make_context())
    headings = [each.heading for each in document.sections if each.heading]
    made = pdf_form.render(document)
    assert made.count(b"/Title (") + made.count(b"/Title <") == len(headings)
    assert made.count(b"/Subtype /Link") == len(headings)
    first = " ".join(ran("pdftotext", made, tmp_path / "report.pdf", "-l", "1").split())
    assert all(heading in first for heading in headings)


def test_a_month_is_four_pages_at_most_and_none_is_half_empty(
    usage: UsageReport, departments: DepartmentReport, tmp_path: Path
) -> None:
    require_pdf()
    for language in ("ms", "en"):
        context = make_context(language)
        made = pdf_form.render(usage_document(a_month(usage), context))
        foots = lowest(made, tmp_path / "report.pdf")
        assert len(foots) <= 4
        assert min(foots[:-1]) > 0.7 * HEIGHT


def test_nobody_signs_a_page_on_which_nothing_stands(tmp_path: Path) -> None:
    """However much comes before: the last section goes with the signatures where they do not fit."""
    require_pdf()
    end = Section("Please note", (Notes(("first word", "last word")),))
    for rows in range(24, 52, 3):
        table = Table(("a", "b"), tuple((f"line {at} " + "w " * 60, "x") for at in range(rows)))
        document = document_of(Section("", (Facts((("n", "v"),)),)), Section("All", (table,)), end)
        made = pdf_form.render(document)
        pages = ran("pdftotext", made, tmp_path / "report.pdf").split("\f")[:-1]
        before = pages[-1].partition("Prepared by")[0]
        assert "Prepared by" in pages[-1] and ("last word" in before or "line" in before), rows


def test_a_heat_map_can_be_read(usage: UsageReport, tmp_path: Path) -> None:
    """Every figure is 7 points high, and lies within its cell, large ones too."""
    require_pdf()
    row = tuple(Cell(12_345 + hour) for hour in range(24))
    heat = Heat("day", tuple((f"Mon {at:02d}/10", row) for at in range(MONTH)), 5, "heat")
    made = pdf_form.render(document_of(Section("Map", (heat,))))
    figures = [
        each
        for page in boxes(made, tmp_path / "report.pdf")
        for each in page
        if re.fullmatch(r"12,3\d\d", each[4])
    ]
    assert len(figures) == 24 * MONTH
    sizes = [float(each) for each in re.findall(rb"/F\d+ ([\d.]+) Tf", contents(made))]
    assert sizes and min(sizes) >= 7
    for (_, right, top, _, _), (left, _, other, _, _) in pairwise(figures):
        assert left > right or other != top


def test_a_long_table_goes_on_with_its_titles(tmp_path: Path) -> None:
    require_pdf()
    table = Table(("Title of the column",), tuple((f"line {at} " + "w " * 70,) for at in range(120)))
    text = text_of(pdf_form.render(document_of(Section("", (table,)))), tmp_path / "report.pdf")
    assert text.count("Title of the column") >= 3
    assert all(f"line {at} " in text for at in range(120))


def test_a_long_slim_table_is_side_by_side_and_says_once_what_is_the_same(tmp_path: Path) -> None:
    require_pdf()
    rows = tuple((f"line {at}", "main schedule", str(at)) for at in range(180))
    table = Table(("Line", "Schedule", "Number"), rows, numbers=frozenset({2}))
    made = pdf_form.render(document_of(Section("", (table,))))
    text = text_of(made, tmp_path / "report.pdf")
    assert text.count("main schedule") == 1 and "Schedule: main schedule" in text
    assert all(f"line {at}" in text for at in range(180)) and "Page 1 of 1" in text


def test_a_wide_table_is_parted_and_whole(tmp_path: Path) -> None:
    require_pdf()
    days = tuple(f"{at:02d}/10" for at in range(1, MONTH + 1))
    table = Table(("Department", *days), (("library", *(f"9{at:03d}" for at in range(MONTH))),))
    text = text_of(pdf_form.render(document_of(Section("", (table,)))), tmp_path / "report.pdf")
    assert all(each in text for each in days) and all(f"9{at:03d}" in text for at in range(MONTH))
    assert text.count("library") == text.count("Department") >= 2


def test_hostile_names_are_text(hostile: Callable[[], tuple[UsageReport, Context]], tmp_path: Path) -> None:
    require_pdf()
    made = pdf_form.render(usage_document(*hostile()))
    for sign in (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/OpenAction <<", b"/EmbeddedFile"):
        assert sign not in made
    assert "<script>alert(1)</script>" in text_of(made, tmp_path / "report.pdf").replace(" ", "")


def test_a_letter_that_the_font_has_not_is_told(tmp_path: Path) -> None:
    require_pdf()
    note = "Letters that the font of this file does not have"
    for name, is_told in (("Unit 汉", True), ("Unité Ελ Я ŵ", False)):
        document = document_of(Section("", (Facts((("Department", name),)),)))
        text = text_of(pdf_form.render(document), tmp_path / "report.pdf")
        assert (note in text) == is_told == ("□" in text)
        assert name.split()[0] in text


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_logo_stands_in_the_letterhead(form: str, tmp_path: Path) -> None:
    require_pdf()
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (300, 200), "#123a66").save(out, form)
    head = Letterhead(agency="Universiti Contoh", logo=out.getvalue())
    told = ran("pdfimages", pdf_form.render(document_of(letterhead=head)), tmp_path / "report.pdf", "-list")
    assert len(told.splitlines()) == 3 and " 300 " in told


def test_a_logo_that_cannot_be_read_is_an_error() -> None:
    require_pdf()
    with pytest.raises(BadInput, match="the logo of the letterhead cannot be read"):
        pdf_form.render(document_of(letterhead=Letterhead(logo=b"\x89PNG\r\n\x1a\nrest")))


def test_nothing_is_asked_of_the_system() -> None:
    """No library but those of wheels, no font but its own."""
    require_pdf()
    code = """
import ctypes, ctypes.util
def none(*_): raise OSError("no library of the system")
ctypes.CDLL = ctypes.util.find_library = none
from sm_dns.report.formats import pdf_form
from sm_dns.report.document import Document, Letterhead
assert pdf_form.render(Document("en", Letterhead(), "Title", "kind", "today", (), "source")).startswith(b"%PDF-1.7")
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(BadInput, match=r"pip install \'\.\[pdf\]\' in the source"):
        pdf_form.render(document_of())
