"""Sheets for heads of departments, sent from the page of reports."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sm_dns.settings.blocks.reports import ReportSettings
from sm_dns.util.errors import BadInput
from sm_dns.web.data.sending import SheetSender
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import ADDRESS, Dashboard, Visitor
from tests.support.processes import eventually
from tests.support.smtp_server import mail_server
from tests.web.conftest import HEADS, name_heads

MONTH = "2026-08"


@pytest.fixture
def later(used: Dashboard) -> Dashboard:
    """A month after the morning that was counted."""
    used.clock += 31 * 86_400
    return used


def send(visitor: Visitor, status: int = 200, **given: str) -> dict[str, Any]:
    headers = {"Origin": ADDRESS, "X-CSRF-Token": visitor.csrf}
    asked = {"month": MONTH, "form": "text", "language": "en", **given}
    answer = visitor.browser.post(f"{PREFIX}/reports/heads", json=asked, headers=headers)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def sheets(visitor: Visitor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.browser.get(f"{PREFIX}/reports").json()["sending"]["sheets"]
    return found


def test_each_head_gets_the_own_sheet_and_the_page_says_to_whom_it_went(later: Dashboard) -> None:
    admin = later.login("officer1")
    with mail_server() as mailbox:
        name_heads(later, mailbox.port)
        assert send(admin)["count"] == 2
        eventually(lambda: len(sheets(admin)) == 2, "both sheets had their turn")
    assert [message["To"] for message in mailbox.messages] == ["finance@example.my", "audit@example.my"]
    for message, own, other in zip(mailbox.messages, ("Finance", "Audit"), ("Audit", "Finance"), strict=True):
        told = list(message.iter_parts())[1].get_content()
        assert own in told and other not in told
    page = admin.get("/reports?lang=en")
    assert "finance@example.my" in page and "2 of 2 done; asked for by officer1" in page
    assert "data-pending" not in page
    kept = admin.browser.get(f"{PREFIX}/reports").json()["reports"]
    assert {(each["department"], each["rounded"]) for each in kept} == {("Finance", True), ("Audit", True)}
    actions = [(each.who, each.action, each.target) for each in later.desk.audited().records]
    assert ("officer1", "report department", f"heads {MONTH}") in actions
    assert (
        sheets(later.login("officer2"))
        and later.login("officer3").browser.get(f"{PREFIX}/reports").json()["sending"] is None
    )


def test_one_that_fails_keeps_no_other_back_and_says_why(later: Dashboard) -> None:
    admin = later.login("officer1")
    with mail_server() as mailbox:
        mailbox.refuse = "finance@example.my"
        name_heads(later, mailbox.port)
        send(admin)
        eventually(lambda: len(sheets(admin)) == 2, "both sheets had their turn")
    first, second = sheets(admin)
    assert (first["to"], second["to"], second["failure"]) == ("", "mailto:audit@example.my", None)
    assert "550" in str(first["failure"])
    page = admin.get("/reports?lang=en")
    assert "not sent" in page and "550" in page


@pytest.mark.parametrize(
    ("given", "word"),
    [({"month": "2026-09"}, "is not over"), ({"month": "2026-13"}, "month"), ({"form": "doc"}, "is none of")],
)
def test_what_cannot_be_sent_is_said(later: Dashboard, given: dict[str, str], word: str) -> None:
    name_heads(later, 1)
    assert word in send(later.login("officer1"), 400, **given)["error"]


def test_who_the_heads_are_and_which_server_takes_mail_must_be_said(later: Dashboard) -> None:
    admin = later.login("officer1")
    assert "smtp" in send(admin, 400)["error"]
    name_heads(later, 1)
    later.config.write_text(later.config.read_text().replace(HEADS, "[{name: Finance, base: 520}]"))
    assert "monitoring.departments" in send(admin, 400)["error"]


def test_months_are_sent_one_after_the_other() -> None:
    sender, goes_on = SheetSender(lambda: 0.0), threading.Event()
    sheet = ReportSettings(name="heads", kind="department", to="heads", departments=("Finance",))

    def wait(sheet: ReportSettings) -> str:
        goes_on.wait(10)
        return "there"

    sender.begin(MONTH, "officer1", [sheet], wait)
    with pytest.raises(BadInput, match="are being sent"):
        sender.begin("2026-07", "officer1", [sheet], wait)
    goes_on.set()
    eventually(lambda: sender.last is not None and sender.last.is_over, "it is over")
    sender.begin("2026-07", "officer1", [sheet], wait)
