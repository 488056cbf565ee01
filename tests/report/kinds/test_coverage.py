from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sm_dns.monitor.model import CoverageGap, ShareFall, SourceTrouble, UsageReport
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


def test_when_too_few_were_known_is_a_warning(usage: UsageReport) -> None:
    trouble = SourceTrouble("hq", "/srv/leases", "leases-nothing", ump.at(0, 0), ump.at(0, 8))
    later = SourceTrouble("hq", "/srv/leases", "of another kind", ump.at(0, 9), None)
    fall = ShareFall(ump.at(1, 0), Decimal("80.00"), Decimal("16.00"))
    told = replace(usage.coverage, source_troubles=(trouble, later), share_falls=(fall,))
    section = coverage_section(told, usage.selection, make_context("en"))
    said = [
        line for block in section.blocks if isinstance(block, Notes) and block.warning for line in block.lines
    ]
    assert said[0].startswith("On ") and "fell from 80.00% to 16.00%" in said[0]
    assert "no DHCP lease was given (/srv/leases)" in said[1]
    assert "to the end of the period: of another kind (/srv/leases)" in said[2]
    many = replace(told, source_troubles=(trouble,) * (coverage.MAX_TROUBLES_SHOWN + 2))
    section = coverage_section(many, usage.selection, make_context("ms"))
    said = [
        line for block in section.blocks if isinstance(block, Notes) and block.warning for line in block.lines
    ]
    assert len(said) == coverage.MAX_TROUBLES_SHOWN + 1
    assert said[-1].startswith("3 perkara lain")
