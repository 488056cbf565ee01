"""The report centre: what each role may have made, sees and takes away."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.ipc.status import FailedReport, Status
from sm_dns.state import report_months
from sm_dns.util.message import Message
from sm_dns.web.interface.openapi import PREFIX
from tests.support.dashboard import ADDRESS, Dashboard, Visitor, status_of
from tests.web.conftest import AUDIT, FINANCE, LIBRARY

WEEK = 7 * 86_400


@pytest.fixture
def later(used: Dashboard) -> Dashboard:
    """A week after the morning that was counted."""
    used.clock += WEEK
    return used


def made(visitor: Visitor, status: int = 200, **given: str) -> dict[str, Any]:
    asked = {"kind": "usage", "period": "2026-W33", "form": "json", **given}
    headers = {"Origin": ADDRESS, "X-CSRF-Token": visitor.csrf}
    answer = visitor.browser.post(f"{PREFIX}/reports", json=asked, headers=headers)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def taken(visitor: Visitor, number: str) -> bytes:
    answer = visitor.browser.get(f"/reports/file?number={number}")
    assert answer.status_code == 200, answer.text
    return answer.content


def numbers(visitor: Visitor) -> list[str]:
    return [each["number"] for each in visitor.browser.get(f"{PREFIX}/reports").json()["reports"]]


def test_an_administrator_has_an_exact_one_made_and_takes_it_as_it_was_made(later: Dashboard) -> None:
    admin = later.login("officer1")
    report = made(admin)
    data = taken(admin, report["number"])
    found = json.loads(data)
    assert (found["count"], found["number"]) == (FINANCE + AUDIT + LIBRARY, report["number"])
    assert hashlib.sha256(data).hexdigest() == report["sha256"]
    assert (report["by"], report["rounded"], report["size"]) == ("officer1", False, len(data))
    assert numbers(admin) == [report["number"]]


def test_an_auditor_gets_rounded_numbers_and_sees_no_exact_ones(later: Dashboard) -> None:
    admin, auditor = later.login("officer1"), later.login("officer2")
    exact, rounded = made(admin), made(auditor)
    found = json.loads(taken(auditor, rounded["number"]))
    assert found["count"] in (670, 675) and rounded["rounded"] is True
    assert numbers(auditor) == [rounded["number"]] and len(numbers(admin)) == 2
    answer = auditor.browser.get(f"/reports/file?number={exact['number']}")
    assert answer.status_code == 400 and b'"count"' not in answer.content


def test_an_auditor_gets_a_compliance_report_without_an_exact_number(later: Dashboard) -> None:
    admin, auditor = later.login("officer1"), later.login("officer2")
    exact, rounded = made(admin, kind="compliance"), made(auditor, kind="compliance")
    assert (exact["rounded"], rounded["rounded"]) == (False, True)
    found = json.loads(taken(auditor, rounded["number"]))
    assert found["categories"][0]["permitted"] in (670, 675)
    assert found["categories"][0]["denied"] is None
    assert (
        json.loads(taken(admin, exact["number"]))["categories"][0]["permitted"] == FINANCE + AUDIT + LIBRARY
    )
    text = taken(auditor, made(auditor, kind="compliance", form="text", language="en")["number"]).decode()
    assert "≤5" in text and str(FINANCE + AUDIT + LIBRARY) not in text


def test_a_head_gets_the_sheet_of_the_own_department_alone(later: Dashboard) -> None:
    own, other = later.login("officer3"), later.login("officer4")
    report = made(own, kind="department")
    assert (report["department"], report["rounded"]) == ("Finance", True)
    data = taken(own, report["number"])
    assert b"Finance" in data and b"Library" not in data and b'"Audit"' not in data
    assert numbers(other) == []
    assert other.browser.get(f"/reports/file?number={report['number']}").status_code == 400


@pytest.mark.parametrize(("name", "kind"), [("officer3", "usage"), ("officer3", "compliance")])
def test_a_role_has_its_kinds(later: Dashboard, name: str, kind: str) -> None:
    made(later.login(name), 403, kind=kind)
    assert later.login(name).browser.get(f"{PREFIX}/reports").json()["reports"] == []


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"period": "2026-13"}, "expected a day"),
        ({"period": "2026-W34"}, "is not over"),
        ({"kind": "monthly"}, "is none of"),
        ({"language": "xx"}, "is none of"),
        ({"form": "doc"}, "is none of"),
    ],
)
def test_what_cannot_be_made_is_said_and_takes_no_place(
    later: Dashboard, given: dict[str, str], word: str
) -> None:
    auditor = later.login("officer2")
    assert word in made(auditor, 400, **given)["error"]
    assert numbers(auditor) == []


def test_the_page_makes_one_and_links_to_it(later: Dashboard) -> None:
    admin = later.login("officer1")
    assert admin.do(
        "report-make", kind="department", period="2026-08-10", form="csv", language="en", back="/reports"
    )
    page = admin.get("/reports?lang=en")
    [number] = numbers(admin)
    assert f'href="/reports/file?number={number}"' in page and "The report was made" in page
    assert b"Finance" in taken(admin, number)


def test_taking_one_away_is_in_the_audit(later: Dashboard) -> None:
    auditor = later.login("officer2")
    number = made(auditor)["number"]
    taken(auditor, number)
    records = [(each.who, each.action) for each in later.desk.audited().records]
    assert ("officer2", "report archived") in records and ("officer2", "report viewed") in records


def test_nobody_takes_one(later: Dashboard) -> None:
    number = made(later.login("officer1"))["number"]
    answer = later.visitor().get(f"/reports/file?number={number}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_why_the_clock_could_not_make_one_is_told(later: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(directory: Path, config: str) -> Status:
        reason = Message("the disk is full")
        return replace(
            status_of(directory, config),
            failed_reports=(FailedReport("monthly", "2026-09-02T22:00:00Z", reason),),
        )

    monkeypatch.setattr("tests.support.dashboard.status_of", told)
    with later.config.open("a") as file:
        file.write(
            "reports: [{name: monthly, kind: usage, to: reports}, {name: other, kind: usage, to: reports}]\n"
        )
    failures = [
        each["failure"]
        for each in later.login("officer2").browser.get(f"{PREFIX}/reports").json()["scheduled"]
    ]
    assert failures == [
        {"name": "monthly", "at": "2026-09-02T22:00:00Z", "reason": "the disk is full"}, None
    ]  # fmt: skip
    page = later.login("officer2").get("/reports?lang=en")
    assert "the disk is full" in page
    assert "3 Sep" in page


def test_what_the_clock_makes_is_told(later: Dashboard) -> None:
    with later.config.open("a") as file:
        file.write("reports: [{name: monthly, kind: compliance, day: 2, to: reports}]\n")
    report_months.mark(later.state, "monthly", "2026-07")
    [one] = later.login("officer2").browser.get(f"{PREFIX}/reports").json()["scheduled"]
    assert (one["name"], one["last_month"], one["next"], one["failure"]) == (
        "monthly", "2026-07", "2026-09-01T22:00:00Z", None
    )  # fmt: skip
    assert "monthly" in later.login("officer2").get("/reports")
    assert later.login("officer3").browser.get(f"{PREFIX}/reports").json()["scheduled"] == []


def previewed(visitor: Visitor, status: int = 200, **given: str) -> str:
    asked = {"kind": "usage", "period": "2026-W33", "language": "en", **given}
    answer = visitor.browser.get("/reports/preview", params=asked)
    assert answer.status_code == status, answer.text
    return answer.text


def test_a_preview_is_the_report_without_a_number_and_is_kept_nowhere(later: Dashboard) -> None:
    admin = later.login("officer1")
    page = previewed(admin)
    assert "preview, in no archive" in page and str(FINANCE + AUDIT + LIBRARY) in page
    assert numbers(admin) == []
    assert previewed(admin, language="ms") != page
    records = [(each.who, each.action) for each in later.desk.audited().records]
    assert ("officer1", "report preview viewed") in records


def test_nothing_in_a_preview_runs_or_is_fetched(later: Dashboard) -> None:
    answer = later.login("officer1").browser.get(
        "/reports/preview", params={"kind": "usage", "period": "2026-W33"}
    )
    [policy] = answer.headers.get_list("content-security-policy")
    assert "default-src 'none'" in policy and "sandbox" in policy
    assert answer.headers.get_list("x-frame-options") == ["DENY"]
    assert answer.headers["cache-control"] == "no-store"


def test_who_may_not_have_a_report_has_no_preview_of_it(later: Dashboard) -> None:
    head, auditor = later.login("officer3"), later.login("officer2")
    previewed(head, 403, kind="usage")
    sheet = previewed(head, kind="department")
    assert "Finance" in sheet and "Library" not in sheet
    page = previewed(auditor)
    assert str(FINANCE + AUDIT + LIBRARY) not in page
    assert "2026-W34" in previewed(auditor, 400, period="2026-W34")
    assert later.visitor().get("/reports/preview?kind=usage&period=2026-W33").headers["location"] == "/login"


def test_a_preview_is_paid_for_once_with_its_report(later: Dashboard) -> None:
    auditor = later.login("officer2")
    for number in range(1, 6):
        previewed(auditor, period=f"2026-W{number:02}")
        made(auditor, period=f"2026-W{number:02}")
    budget = later.desk.budget
    assert (
        len(budget._seen["officer2"]) == 6
    )  # five weeks, and the one before the first, which is told beside it


def test_a_report_of_coverage_is_compared_with_nothing_and_pays_for_itself(later: Dashboard) -> None:
    previewed(later.login("officer2"), kind="coverage")
    assert len(later.desk.budget._seen["officer2"]) == 1


def test_the_address_of_a_preview_holds_no_secret(later: Dashboard) -> None:
    page = later.login("officer1").get("/reports?lang=en")
    form = page[page.index('action="/do/report-make"') :]
    form = form[: form.index("</form>")]
    assert 'type="hidden" name="csrf"' not in form and '<button name="csrf"' in form
