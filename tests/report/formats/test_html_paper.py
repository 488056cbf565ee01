"""The printable page on paper, by a real Chromium."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sm_dns.monitor.model import Cell, HeatRow, UsageReport
from sm_dns.report.formats import html_form
from sm_dns.report.kinds.usage import usage_document
from tests.conftest import require
from tests.report.conftest import make_context
from tests.support import ump
from tests.support.browser import browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_hour_of_a_month_is_on_paper_and_dark_stays_dark(
    usage: UsageReport, tmp_path: Path, scheme: str
) -> None:
    require("chromium", "pdftotext", "pdftoppm")
    days = [ump.FIRST + timedelta(days=at) for at in range(31)]
    rows = tuple(HeatRow(day, tuple(Cell(100 * hour + day.day) for hour in range(24))) for day in days)
    page = tmp_path / "report.html"
    page.write_text(html_form.render(usage_document(replace(usage, heat=rows), make_context())))
    paper = tmp_path / "report.pdf"
    with browser(tmp_path) as window:
        window.colours(scheme)
        window.open(page.as_uri())
        window.paper(paper)
    command = ["pdftotext", "-enc", "UTF-8", "-layout", str(paper), "-"]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    words = text.split()
    assert all(str(100 * hour + day.day) in words for hour in range(1, 24) for day in days)
    assert re.search(r"\b21 +22 +23\b", text)
    pixels = subprocess.run(["pdftoppm", "-r", "60", str(paper)], check=True, capture_output=True).stdout
    assert re.search(rb"[\x10-\x14][\x38-\x3c][\x64-\x68]", pixels)  # 123a66
