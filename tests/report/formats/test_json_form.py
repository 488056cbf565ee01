from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sm_dns.monitor.model import ComplianceReport, DepartmentReport, UsageReport
from sm_dns.report.formats import json_form
from tests.report.conftest import make_context
from tests.report.kinds.test_compliance import RECORDS

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "reports.md"


def fields(found: Any, path: str = "") -> set[str]:
    """Every name of an object and of those inside it."""
    if isinstance(found, list):
        return {name for each in found for name in fields(each)}
    if isinstance(found, dict):
        return set(found) | {name for each in found.values() for name in fields(each)}
    return set()


def test_the_figure_of_the_letter(usage: UsageReport) -> None:
    found = json.loads(json_form.render(json_form.usage_object(usage, make_context())))
    assert (found["count"], found["base"], found["percent"]) == (1310, 1500, "87.33")
    assert found["mean_per_working_day"] == "327.40"
    assert (found["seen"], found["percent_of_seen"], found["base_by_weekday"]) == (1500, "87.33", None)
    assert found["days"][1] == {
        "date": "2010-01-04",
        "working": True,
        "count": 327,
        "mark": "",
        "base": 1500,
        "percent": "21.80",
        "seen": {"count": 685, "mark": ""},
        "percent_of_seen": "47.74",
    }
    assert found["hours"][8] == {"hour": 8, "count": 1310, "mark": "", "unmapped": 75}
    assert found["hours"][10] == {"hour": 10, "count": None, "mark": "small", "unmapped": 0}
    assert found["selection"]["band"] == "08:00-09:00"
    assert found["coverage"]["gaps"][0]["from"] == "2010-01-06T02:00:00Z"


def test_small_departments_are_null(departments: DepartmentReport) -> None:
    found = json.loads(json_form.render(json_form.department_object(departments, make_context())))
    security = next(each for each in found["departments"] if each["department"] == "security")
    assert (security["count"], security["mark"], security["percent"]) == (None, "small", None)
    assert (security["seen"], security["percent_of_seen"]) == ({"count": None, "mark": "protect"}, None)
    bursar = next(each for each in found["departments"] if each["department"] == "bursar")
    assert (bursar["seen"]["count"], bursar["percent_of_seen"]) == (374, "87.43")


def test_every_field_is_described(
    usage: UsageReport, departments: DepartmentReport, compliance: ComplianceReport
) -> None:
    context = make_context()
    objects = [
        json_form.usage_object(usage, context),
        json_form.department_object(departments, context),
        json_form.compliance_object(compliance, RECORDS, context),
        json_form.coverage_object(usage.coverage, usage.selection, context),
    ]
    described = set(re.findall(r"`([a-z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert fields(objects) <= described
