from __future__ import annotations

import re

from sm_dns.i18n.catalogue import ENGLISH, FOLDER
from sm_dns.i18n.po_file import read_po
from sm_dns.monitor.selection import OUTCOMES
from sm_dns.policy.categories import SHIPPED
from sm_dns.policy.work_hours import KINDS
from sm_dns.report.texts import called, say
from tests.support.processes import REPOSITORY

KEYS = {
    entry.context.removeprefix("report.")
    for entry in read_po(FOLDER / f"{ENGLISH}.po")
    if entry.context.startswith("report.")
}


def test_every_text_that_is_asked_for_is_there_and_none_is_left_over() -> None:
    code = "".join(
        path.read_text()
        for room in ("report", "reporting")
        for path in (REPOSITORY / "sm_dns" / room).rglob("*.py")
    )
    composed = {f"hours_{kind}" for kind in KINDS}
    composed |= {f"{table}_{column}" for table in ("beside", "apart") for column in ("what", "staff")}
    composed |= {*OUTCOMES, *(category.name for category in SHIPPED), "days_all", "days_working"}
    quoted = set(re.findall(r"""["']([a-z_]+)["']""", code)) | composed
    assert {key for key in KEYS if not key.startswith(("gap:", "source:"))} <= quoted
    said = set(re.findall(r'say\((?:[a-z_.]+, )?"([a-z_]+)"', code))
    assert len(said) > 50 and said <= KEYS


def test_what_others_chose_is_called_as_they_call_it() -> None:
    assert (called("ms", "social", "social"), called("ms", "games", "games")) == ("Media sosial", "games")
    assert say("ms", "no such text") == "no such text"  # whoever spoiled a catalogue stops no report
