from __future__ import annotations

from dataclasses import replace

from sm_dns.monitor.model import CoverageGap, UsageReport
from sm_dns.report.document import Document, Notes, Table
from sm_dns.report.kinds import coverage
from sm_dns.report.kinds.coverage import coverage_document, coverage_section
from tests.report.conftest import make_context
from tests.support import ump


def lines(document: Document) -> list[str]:
    blocks = [block for section in document.sections for block in section.blocks]
    return [line for block in blocks if isinstance(block, Notes) for line in block.lines]


def test_how_much_was_watched_is_said(usage: UsageReport) -> None:
    document = coverage_document(usage.coverage, usage.selection, make_context("ms"))
    assert "Liputan data: 141.97 daripada 144.00 jam direkodkan." in lines(document)
    assert document.source.endswith("versi senarai 2010-01-02")


def test_a_range_that_nobody_watched_is_no_silent_zero(usage: UsageReport) -> None:
    nothing = replace(usage.coverage, sources=(), silent_sources=("hq",), versions=())
    document = coverage_document(nothing, usage.selection, make_context())
    assert any("a zero does NOT mean" in line for line in lines(document))


def test_a_change_of_the_key_is_said(usage: UsageReport) -> None:
    changed = replace(usage.coverage, keys_changed=True)
    section = coverage_section(changed, usage.selection, make_context())
    assert any(isinstance(block, Notes) and block.warning for block in section.blocks)


def test_only_the_first_gaps_stand_in_other_reports(usage: UsageReport) -> None:
    gap = CoverageGap(ump.at(0, 0), ump.at(0, 1), "hq", "a reason of its own", 0)
    many = replace(usage.coverage, gaps=(gap,) * (coverage.MAX_GAPS_SHOWN + 3))
    section = coverage_section(many, usage.selection, make_context())
    assert (
        Notes(("3 more gaps are not listed here; see the coverage report (CSV or JSON).",)) in section.blocks
    )
    whole = coverage_document(many, usage.selection, make_context())
    [table] = [block for block in whole.sections[2].blocks if isinstance(block, Table)]
    assert len(table.rows) == coverage.MAX_GAPS_SHOWN + 3
    assert table.rows[0][3:] == ("a reason of its own", "not known")
