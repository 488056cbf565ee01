from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sm_dns.monitor.figures.unwatched import UNWATCHED, of_heat
from sm_dns.monitor.headcount import Base, Dated
from sm_dns.monitor.model import Beside, Cell, Share, UsageReport
from sm_dns.report.document import Facts, Headline, Heat, Notes, Table
from sm_dns.report.formats import csv_form, html_form, json_form, text_form
from sm_dns.report.kinds.usage import headline, usage_document
from sm_dns.util.strict_json import Span
from tests.report.conftest import make_context
from tests.support import ump


def test_the_headline_has_the_form_of_the_letter(usage: UsageReport) -> None:
    assert headline(usage, make_context("ms")) == Headline(
        "Facebook, 3 hingga 8 Januari 2010, 8.00 pagi hingga 9.00 pagi: 1310 pengunjung (87.33%)"
    )


def test_without_a_base_there_is_no_percentage(usage: UsageReport) -> None:
    for base in (None, 0):
        report = replace(usage, total=Share(1310, base, None, 1500, None), mean_per_working_day=None)
        document = usage_document(report, make_context())
        figures = document.sections[0].blocks[2]
        assert isinstance(figures, Facts)
        assert ("Percent (number of staff not given)", "n/a") in figures.pairs
        assert ("Mean unique visitors per working day", "n/a") in figures.pairs
        assert "(n/a)" in headline(report, make_context()).text


def test_all_services_and_decisions_are_said(usage: UsageReport) -> None:
    every = replace(usage.selection, services=(), outcomes=("exempt", "would_deny", "denied", "permitted"))
    facts = usage_document(replace(usage, selection=every), make_context()).sections[0].blocks[0]
    assert isinstance(facts, Facts)
    assert ("Services", "All controlled services") in facts.pairs
    assert ("Decisions", "All decisions") in facts.pairs


def test_what_stands_beside_the_figure_is_told_in_lines_of_its_own(usage: UsageReport) -> None:
    every = (
        Beside("working", "hours", Cell(41), 300),
        Beside("edge", "hours", Cell(None, "small"), None),
        Beside("denied", "decision", Cell(0), 0),
        Beside("messaging", "category", Cell(0), 0),
        Beside("bypass", "category", Cell(7), 9),
    )
    context = replace(make_context(), unrecorded=frozenset({"messaging"}))
    document = usage_document(replace(usage, beside=every), context)
    [hours, apart] = [section.blocks[0] for section in document.sections[1:3]]
    assert isinstance(hours, Table) and isinstance(apart, Table)
    assert hours.rows == (
        ("Working hours", "41", "300"),
        ("Hours in which two of these fall", "<5", "(*)"),
        ("Denied", "0", "0"),
    )
    assert apart.rows == (
        ("Messaging", "0", "not recorded (permitted)"),
        ("Attempts to go around (outside DNS)", "7", "9"),
    )


def test_a_figure_over_half_of_the_hours_says_so_in_its_line(usage: UsageReport) -> None:
    half = replace(usage.coverage, watched_percent=Decimal("50.00"), mapped_percent=Decimal("61.50"))
    assert headline(replace(usage, coverage=half), make_context()).text.endswith(
        "1310 visitors (87.33%). CAUTION: only 50.00% of the time was monitored. "
        "CAUTION: only 61.50% of the devices were matched to staff."
    )


def test_where_nobody_watched_there_is_no_figure(usage: UsageReport) -> None:
    nothing = replace(usage.coverage, watched_hours=Decimal(0), staff_seen=0, unmapped_seen=0)
    document = usage_document(replace(usage, coverage=nothing), make_context())
    told = " ".join(text_form.render(document).split())
    assert "no data. Nothing was recorded in this period; that is not a zero." in told
    assert "0 visitors" not in told and "1310" not in told


def test_no_selected_day_is_said(usage: UsageReport) -> None:
    document = usage_document(replace(usage, per_day=(), heat=()), make_context())
    assert Notes(("No data for this selection.",)) in document.sections[3].blocks


def test_a_dated_base_says_its_date_and_what_held_before(usage: UsageReport) -> None:
    base = Base(1500, date(2010, 1, 5), (Dated(None, 1480),), None)
    text = text_form.render(usage_document(usage, replace(make_context(), base=base)))
    assert "1500 (from 5 January 2010)" in text
    told = " ".join(text.split())
    assert (
        "of the whole agency changed in this period: 1480; 1500 (from 5 January 2010). The percentage" in told
    )
    late = replace(make_context("ms"), base=Base(1500, date(2010, 1, 5), (), date(2010, 1, 5)))
    told = " ".join(text_form.render(usage_document(usage, late)).split())
    assert "Bilangan staf seluruh agensi sebelum 5 Januari 2010 tidak dinyatakan." in told


def test_a_night_has_the_hours_of_the_morning_after_under_it(usage: UsageReport) -> None:
    day, after = ump.FIRST, ump.FIRST + timedelta(days=1)
    shut = {day: (Span(450, 780),), after: (Span(300, 780), Span(840, 1050))}
    context = replace(make_context(), shut=shut)
    for band, spans in (((8, 9), (Span(450, 780),)), ((22, 6), (Span(300, 360), Span(450, 780)))):
        selection = replace(usage.selection, band_start=band[0], band_end=band[1])
        document = usage_document(replace(usage, selection=selection, heat=usage.heat[:1]), context)
        [heat] = [block for each in document.sections for block in each.blocks if isinstance(block, Heat)]
        assert heat.shut == (spans,)


def test_a_day_of_which_nothing_is_known_is_no_zero_in_any_form(usage: UsageReport) -> None:
    sunday = usage.per_day[0].day
    day = replace(usage.per_day[0], staff=UNWATCHED, seen=UNWATCHED, percent=None, percent_of_seen=None)
    heat = (of_heat(usage.heat[0], frozenset({sunday})), *usage.heat[1:])
    report = replace(usage, per_day=(day, *usage.per_day[1:]), heat=heat)
    for language, said, date_there in (
        ("en", "no data", "3 January 2010"),
        ("ms", "tiada data", "3 Januari 2010"),
    ):
        context = make_context(language)
        document = usage_document(report, context)
        [row] = [
            row
            for section in document.sections
            for block in section.blocks
            if isinstance(block, Table) and block.rows and block.rows[0][0] == date_there
            for row in block.rows[:1]
        ]
        assert row.count(said) == 2 and "0" not in row
        for made in (text_form.render(document), csv_form.render(document), html_form.render(document)):
            assert made.count(said) >= 3, made  # in the table twice, and under the heat map
            assert f"–: {said}" in made
    told = json.loads(json_form.render(json_form.usage_object(report, make_context())))
    [first] = [each for each in told["days"] if each["date"] == str(sunday)]
    assert (first["count"], first["mark"], first["seen"]) == (
        None,
        "unwatched",
        {"count": None, "mark": "unwatched"},
    )
