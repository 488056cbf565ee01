from __future__ import annotations

from dataclasses import replace

from sm_dns.monitor.model import UsageReport
from sm_dns.monitor.store.labels import Label
from sm_dns.monitor.store.read import LabelledHour
from sm_dns.report.formats import text_form
from sm_dns.report.kinds.person import person_document
from sm_dns.report.records import PersonRecord
from tests.report.conftest import make_context
from tests.support import ump

LABEL = Label("facebook", "social", "permitted", True, "")
RECORD = PersonRecord(
    "307ca49c", "officer1", "officer2", ump.at(9, 0), False, True, (LabelledHour(LABEL, ump.at(1, 8)),)
)


def shown(usage: UsageReport, record: PersonRecord) -> str:
    made = person_document(record, usage.coverage, usage.selection, make_context())
    return " ".join(text_form.render(made).split())


def test_it_says_who_may_see_it_the_hours_by_name_and_what_they_rest_on(usage: UsageReport) -> None:
    text = shown(usage, RECORD)
    for part in (
        "Record of one member of staff (approval 307ca49c)",
        "Requested by officer1; approved by officer2; valid until 12 January 2010, 00:00.",
        "4 January 2010 08–09 Facebook Social media Permitted Yes",
        "Data coverage: 141.97 of 144.00 hours recorded.",
        "a DNS query does not prove that a person opened the site",
        "Source: sm-dns 0.1.0",
    ):
        assert part in text, part
    assert "disposed of" not in text and "wrong key" not in text


def test_nothing_on_record_is_not_shown_as_innocence(usage: UsageReport) -> None:
    text = shown(usage, replace(RECORD, hours=(), erased=True, is_known=False))
    assert "No data for this selection." in text
    assert "the key may be wrong" in text and "disposed of" in text
