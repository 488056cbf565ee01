from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.monitor.headcount import Base, Dated
from sm_dns.monitor.model import UNKNOWN_DEPARTMENT, DepartmentReport
from sm_dns.report.document import Document, Heat, Letterhead, Table
from sm_dns.report.formats import text_form
from sm_dns.report.formats.json_form import department_object
from sm_dns.report.kinds.department import department_document, only
from sm_dns.util.errors import BadInput
from tests.report.conftest import make_context


def table_of(document: Document) -> Table:
    block = document.sections[1].blocks[0]
    assert isinstance(block, Table)
    return block


def test_a_small_department_is_kept_back_with_its_protector(departments: DepartmentReport) -> None:
    rows = {row[0]: row[1:] for row in table_of(department_document(departments, make_context())).rows}
    assert rows["security"] == ("<5", "20", "n/a", "(*)", "n/a")
    assert rows["works"][0] == "(*)"
    assert rows["bursar"] == ("327", "400", "81.75%", "374", "87.43%")


def test_a_head_gets_his_own_line_only(departments: DepartmentReport) -> None:
    mine = only(departments, ("library",))
    document = department_document(mine, make_context())
    heat = document.sections[2].blocks[0]
    assert isinstance(heat, Heat) and [name for name, _ in heat.rows] == ["library"]
    assert only(departments, ()) is departments
    with pytest.raises(BadInput, match="no department 'kitchen'"):
        only(departments, ("kitchen",))


def test_a_sheet_is_headed_by_its_own_figure_and_tells_nothing_of_the_others(
    departments: DepartmentReport,
) -> None:
    """RPT-2: neither a number of the whole agency nor a name or number of another department."""
    mine, context = only(departments, ("bursar",)), make_context("ms")
    document = department_document(mine, context)
    told = text_form.render(document)
    assert "bursar: Facebook, 3 hingga 8 Januari 2010" in told and "327 pengunjung (81.75%)" in told
    assert "87.43%" in told  # of those of the department that were seen
    data = json.dumps(department_object(mine, context))
    assert departments.total is not None
    others = {str(each.staff.count) for each in departments.departments if each.department != "bursar"}
    figures = {str(departments.total.count), str(departments.total.seen), str(departments.total.percent)}
    for number in (others | figures | {str(each.staff.count) for each in departments.days}) - {"None", "327"}:
        assert not re.search(rf"\b{re.escape(number)}\b", told), number
        assert not re.search(rf"\b{re.escape(number)}\b", data), number
    for each in departments.departments:
        assert (each.department in told + data) is (each.department == "bursar")


def test_a_sheet_of_a_small_department_shows_no_number(departments: DepartmentReport) -> None:
    told = text_form.render(department_document(only(departments, ("security",)), make_context()))
    assert "security: Facebook" in told and ": <5 visitors" in told
    assert "<5: One to 4 persons, never none." in told and "visitors (" not in told


def test_a_department_without_a_name_is_called_unknown(departments: DepartmentReport) -> None:
    unknown = replace(departments.departments[0], department=UNKNOWN_DEPARTMENT)
    document = department_document(replace(departments, departments=(unknown,)), make_context("ms"))
    assert table_of(document).rows[0][0] == "Bahagian tidak diketahui"


def test_no_department_is_said(departments: DepartmentReport) -> None:
    document = department_document(replace(departments, departments=()), make_context())
    assert table_of(document).empty == "No division to report on."


@pytest.mark.parametrize(
    ("name", "wanted", "other"), [("jkdm", "bahagian", "jabatan"), ("ump", "jabatan", "bahagian")]
)
def test_a_report_calls_departments_by_the_words_of_the_agency(
    departments: DepartmentReport, name: str, wanted: str, other: str
) -> None:
    unknown = replace(departments.departments[0], department=UNKNOWN_DEPARTMENT)
    report = replace(departments, departments=(unknown, *departments.departments[1:]))
    context = replace(make_context("ms"), words=shipped(name).words, letterhead=Letterhead())
    text = text_form.render(department_document(report, context))
    assert f"Penggunaan mengikut {wanted}" in text and f"{wanted.title()} tidak diketahui" in text
    assert f"{wanted.title()} mengikut hari" in text and f"{wanted.title()} mengikut jam" in text
    assert other not in text.lower()


def test_dated_bases_have_a_column_and_their_changes_are_told(departments: DepartmentReport) -> None:
    library = Base(400, date(2010, 1, 6), (Dated(date(2009, 1, 1), 390),))
    context = replace(make_context(), department_bases={"library": library, "security": Base(20)})
    text = text_form.render(department_document(departments, context))
    [line] = [line for line in text.splitlines() if line.startswith("library ") and "400" in line]
    assert line.split("  ")[-1].strip() == "6 January 2010"
    told = " ".join(text.split())
    assert "The number of staff of library changed in this period: 390 (from 1 January 2009); 400" in told
    assert "of security" not in told
    assert "Number valid from" not in text_form.render(department_document(departments, make_context()))
