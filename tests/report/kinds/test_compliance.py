from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sm_dns.monitor.model import ComplianceReport
from sm_dns.report.formats import csv_form, text_form
from sm_dns.report.formats.json_form import compliance_object
from sm_dns.report.kinds.compliance import compliance_document
from sm_dns.report.records import (
    Change,
    DayHours,
    ExemptionRecord,
    Flip,
    Records,
    ResolverFlip,
    ScheduleState,
    ScheduleUse,
    ScheduleVersion,
    SwitchRecord,
    WeekHours,
)
from tests.report.conftest import make_context
from tests.support import ump

WEEK = tuple(
    DayHours(ump.FIRST + timedelta(days=at), ((0, 450), (780, 840), (1050, 1440)) if at else ((0, 1440),))
    for at in range(6)
)
RECORDS = Records(
    schedules=(
        ScheduleVersion("1a2b3c4d", (ScheduleUse("hq", ump.at(1, 9), None),), (
            ScheduleState("default", ump.at(0, 0), WEEK),
            ScheduleState("closed", None, (DayHours(ump.FIRST, ()),)),
        )),
        ScheduleVersion("5e6f7a8b", (ScheduleUse("branch", ump.at(2, 9), ump.at(3, 9)),), None),
    ),
    flips=(Flip(ump.at(1, 13), "default", True, 12), Flip(ump.at(1, 14), "default", False, 9)),
    resolver_flips=(
        ResolverFlip(ump.at(1, 13), "10.0.0.9:53", True, 18),
        ResolverFlip(ump.at(1, 14), "10.0.0.9:53", False, None),
    ),
    changes=(Change(ump.at(2, 9), "officer4", "domains add", "example.com", "asked for by the head"),),
    switches=(SwitchRecord("close", "whatsapp", "group:hq", "CTM", "examination", ump.at(2, 9), ump.at(2, 11)),),
    exemptions={"e1f2": ExemptionRecord("Head of ICT", "official page", ump.at(30, 0))},
    audit_ok=True,
    audit_records=7,
)  # fmt: skip
NONE = Records((), (), (), (), (), {}, audit_ok=False, audit_records=0)


def one_space(text: str) -> str:
    return re.sub("[ ·]+", " ", text)


def test_every_field_of_the_requirement_is_there(compliance: ComplianceReport) -> None:
    text = one_space(text_form.render(compliance_document(compliance, RECORDS, make_context())))
    for part in (
        "00:00 to 07:30; 13:00 to 14:00; 17:30 to 24:00",
        "All day",
        "1a2b3c4d",
        "In use at hq since 4 January 2010, 09:00",
        "In use at branch 5 January 2010, 09:00 to 6 January 2010, 09:00",
        "! The details of this version cannot be read by this software.",
        "No version of the schedules is on record before 4 January 2010, 09:00.",
        "Social media",
        "Attempts to go around (outside DNS)",
        "Closed whatsapp group:hq 5 January 2010, 09:00 5 January 2010, 11:00 CTM examination",
        "Head of ICT",
        "official page",
        "4 January 2010, 13:00",
        "4 January 2010, 13:00 10.0.0.9:53 Permitted 18",
        "10.0.0.9:53 Denied not seen within 90 s",
        "domains add",
        "asked for by the head",
        "The audit trail is intact (7 records).",
        "Data store failed",
        "Data coverage: 141.97 of 144.00 hours recorded",
    ):
        assert part in text, part


def test_the_sums_are_those_of_the_figures(compliance: ComplianceReport) -> None:
    text = text_form.render(compliance_document(compliance, RECORDS, make_context()))
    [total] = [line for line in text.splitlines() if line.startswith("Total ")]
    assert total.split()[-1] == f"{compliance.whole.total:,}" == "11,479"
    rows = csv_form.render(compliance_document(compliance, RECORDS, make_context()))
    assert '"11479"\r\n' in rows and "11,479" not in rows.partition("Queries by category")[2]


def test_what_is_missing_is_said(compliance: ComplianceReport) -> None:
    text = text_form.render(compliance_document(compliance, NONE, make_context("ms")))
    assert "! AMARAN: rantaian jejak audit rosak" in text
    assert "Tiada pertukaran direkodkan." in text and "Tiada perubahan direkodkan." in text
    assert "tidak direkodkan" in text  # who approved the exemption

    nothing = replace(compliance, categories=(), services=(), per_day=(), exemptions=())
    text = text_form.render(compliance_document(nothing, NONE, make_context("ms")))
    assert "Tiada data bagi pilihan ini." in text and "Tiada pengecualian digunakan." in text


def test_the_hours_of_an_exemption_stand_beside_its_end(compliance: ComplianceReport) -> None:
    used = ExemptionRecord(
        "Head of ICT", "official page", ump.at(30, 0), WeekHours((0, 1, 2, 3, 4), 540, 660)
    )
    found = replace(RECORDS, exemptions={"e1f2": used})
    english = one_space(text_form.render(compliance_document(compliance, found, make_context())))
    assert "Monday to Friday 09:00-11:00, until 2 February 2010, 00:00" in english
    malay = one_space(text_form.render(compliance_document(compliance, found, make_context("ms"))))
    assert "Isnin hingga Jumaat, 9.00 pagi hingga 11.00 pagi, sehingga" in malay
    told: Any = compliance_object(compliance, found, make_context())["exemptions"]
    assert [one["hours"] for one in told] == [{"days": (0, 1, 2, 3, 4), "minutes": [540, 660]}]


def test_an_old_store_does_not_pretend_to_know_the_schedule(compliance: ComplianceReport) -> None:
    today = ScheduleVersion("", (), (ScheduleState("default", None, WEEK),))
    text = text_form.render(
        compliance_document(compliance, replace(NONE, schedules=(today,)), make_context())
    )
    assert "! No version of the schedules is on record for this period" in text
    assert "Version of the schedules:" not in text and "In use" not in text


def test_one_resolver_needs_no_name_beside_its_schedule(compliance: ComplianceReport) -> None:
    known = ScheduleVersion("1a2b3c4d", (ScheduleUse("hq", ump.at(-9, 0), None),), ())
    text = text_form.render(
        compliance_document(compliance, replace(NONE, schedules=(known,)), make_context("ms"))
    )
    assert "Digunakan sejak 25 Disember 2009" in one_space(text)
    assert "sebelum" not in text
