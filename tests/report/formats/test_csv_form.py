from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.model import UsageReport
from sm_dns.report.context import Context
from sm_dns.report.formats import csv_form
from sm_dns.report.kinds.usage import usage_document
from tests.report.conftest import make_context


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}"), newline="")))


def test_the_figure_of_the_letter_is_read_back(usage: UsageReport) -> None:
    rows = cells(csv_form.render(usage_document(usage, make_context())))
    assert ["Unique visitors", "1310"] in rows
    assert ["Percent of all 1500 staff", "87.33%"] in rows
    assert ["Percent of the 1500 staff seen on the network", "87.33%"] in rows
    assert ["08–09", "1310", "75"] in rows
    assert ["Security classification", "TERHAD"] in rows


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "＝"])
def test_what_starts_a_formula_is_neutralised(start: str) -> None:
    assert csv_form.inert(f"{start}1+1").startswith("'")


@given(st.text())
def test_no_cell_starts_a_formula_and_a_plain_one_stays(text: str) -> None:
    made = csv_form.inert(text)
    assert not made.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert made.isprintable()
    if text.isalnum():
        assert made == text


def test_hostile_names_are_inert_and_no_row_breaks(
    hostile: Callable[[], tuple[UsageReport, Context]], usage: UsageReport
) -> None:
    rows = cells(csv_form.render(usage_document(*hostile())))
    assert len(rows) == len(cells(csv_form.render(usage_document(usage, make_context()))))
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    assert [cell for row in rows for cell in row if cell.startswith("'=cmd|")]
