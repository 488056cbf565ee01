from __future__ import annotations

from dataclasses import replace
from datetime import date

from sm_dns.monitor.model import Cell, UsageReport
from sm_dns.report.document import Notes
from sm_dns.report.kinds.common import CAVEATS, asked_for, caveats, legend
from tests.report.conftest import make_context


def test_signs_are_explained_only_where_they_stand() -> None:
    small, kept = Cell(None, "small"), Cell(None, "protect")
    context = make_context()
    assert legend(context, [Cell(1)], 5) == ()
    assert legend(context, [small], 7) == (Notes(("<7: One to 6 persons, never none.",)),)
    [both] = legend(context, [small, kept, small], 5)
    assert len(both.lines) == 2 and both.lines[1].startswith("(*): ")


def test_the_caveats_are_all_there_and_years_without_a_calendar_are_told() -> None:
    [notes] = caveats(make_context(), working_days=True).blocks
    assert isinstance(notes, Notes) and len(notes.lines) == len(CAVEATS) + 1
    assert "2010" in notes.lines[-1]
    [notes] = caveats(make_context(), working_days=False).blocks
    assert isinstance(notes, Notes) and len(notes.lines) == len(CAVEATS)


def test_days_of_a_holiday_that_is_not_settled_are_told() -> None:
    context = replace(
        make_context(), uncertain_years=(), unsettled_days=(date(2026, 3, 20), date(2026, 3, 23))
    )
    [notes] = caveats(context, working_days=True).blocks
    assert isinstance(notes, Notes) and len(notes.lines) == len(CAVEATS) + 1
    assert "20 March 2026, 23 March 2026" in notes.lines[-1]


def test_what_was_asked_for_is_told_in_full(usage: UsageReport) -> None:
    pairs = dict(asked_for(make_context("ms"), usage.selection).pairs)
    assert pairs["Jalur waktu"] == "8.00 pagi hingga 9.00 pagi"
    assert pairs["Keputusan"] == "Dibenarkan, Disekat jika dikuatkuasakan (mod pantau), Dikecualikan"
    assert set(dict(asked_for(make_context("en"), usage.selection, band=False).pairs)) == {
        "Period",
        "Time zone",
    }
