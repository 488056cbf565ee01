from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sm_dns.monitor.model import UsageReport
from sm_dns.report.context import Context
from sm_dns.report.document import Document, Letterhead, Section, Table
from sm_dns.report.formats import pdf_form
from sm_dns.report.kinds.usage import usage_document
from sm_dns.util.errors import BadInput
from tests.conftest import require, require_pdf
from tests.report.conftest import make_context
from tests.report.formats.test_text_form import HEADLINES


def text_of(made: bytes, path: Path) -> str:
    """What `pdftotext` reads out of a PDF, with white space made one."""
    require("pdftotext")
    path.write_bytes(made)
    done = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True)
    return " ".join(done.stdout.split())


@pytest.mark.parametrize("language", ["ms", "en"])
def test_the_figure_of_the_letter_is_read_back(usage: UsageReport, language: str, tmp_path: Path) -> None:
    require_pdf()
    made = pdf_form.render(usage_document(usage, make_context(language)))
    text = text_of(made, tmp_path / "report.pdf")
    assert HEADLINES[language] in text
    pages = text.count("Muka surat " if language == "ms" else "Page ")
    assert pages >= 2
    assert text.count("TERHAD") == 2 * pages  # at the head and the foot of each


def test_a_long_table_goes_on_with_its_titles(tmp_path: Path) -> None:
    require_pdf()
    table = Table(("Title of the column",), tuple((f"line {at}",) for at in range(120)))
    document = Document("en", Letterhead(), "Title", "kind", "today", (Section("", (table,)),), "source")
    text = text_of(pdf_form.render(document), tmp_path / "report.pdf")
    assert text.count("Title of the column") >= 3
    assert all(f"line {at}" in text for at in range(120))


def test_hostile_names_are_text(hostile: Callable[[], tuple[UsageReport, Context]], tmp_path: Path) -> None:
    require_pdf()
    made = pdf_form.render(usage_document(*hostile()))
    assert b"/JavaScript" not in made and b"/Launch" not in made and b"/URI" not in made
    assert "<script>alert(1)</script>" in text_of(made, tmp_path / "report.pdf").replace(" ", "")


def test_no_file_or_address_is_fetched(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    require_pdf()
    import weasyprint

    fetch = pdf_form._no_address(weasyprint)
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for address in (secret.as_uri(), "http://127.0.0.1:9/", "ftp://127.0.0.1/"):
        with pytest.raises((ValueError, weasyprint.urls.FatalURLFetchingError)):
            fetch.fetch(address)


HALF = """
import cffi
whole = cffi.FFI.dlopen
def half(self, name, flags=0):
    if "subset" in str(name):
        raise OSError(name)
    return whole(self, name, flags)
cffi.FFI.dlopen = half
from sm_dns.report.formats import pdf_form
from sm_dns.report.document import Document, Letterhead
made = pdf_form.render(Document("en", Letterhead(), "Title", "kind", "today", (), "source"))
assert made.startswith(b"%PDF")
"""


def test_half_a_pango_makes_pdf_all_the_same() -> None:
    """Without the part that makes fonts small the library warns of its future: that ends nothing."""
    require_pdf()
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning", "-c", HALF],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    document = Document("en", Letterhead(), "Title", "kind", "today", (), "source")
    with pytest.raises(BadInput, match=r"pip install \'\.\[pdf\]\' in the source"):
        pdf_form.render(document)
