from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity import office_rows, staff_table
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.monitor.identity.staff_map import StaffMap, described, parse
from sm_dns.util.errors import BadInput

KL = ZoneInfo("Asia/Kuala_Lumpur")
PC = "3c:22:fb:01:02:03"
HEADER = "device,address,host,staff,department,valid_from,valid_to\n"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=KL).timestamp()


def mapped(*lines: str) -> StaffMap:
    return parse(HEADER + "\n".join(lines), KL)


def test_days_are_local_and_half_open() -> None:
    found = mapped(
        "3C-22-FB-01-02-03,,,A1,Finance,2026-01-01,2026-07-01", "3c:22:fb:01:02:03,,,b2,Audit,2026-07-01,"
    )
    device = "3c:22:fb:01:02:03"
    owners = {
        when: getattr(found.owner("device", device, at(when)), "staff", None)
        for when in (
            "2025-12-31T23:59:59",
            "2026-01-01T00:00:00",
            "2026-06-30T23:59:59",
            "2026-07-01T00:00:00",
        )
    }
    assert list(owners.values()) == [None, "a1", "a1", "b2"]


def test_each_kind_and_the_bare_member() -> None:
    found = mapped(
        "",
        "# comment",
        ",::ffff:10.0.0.1,,a1,,,",
        ',,"PC-7.example",a1,Finance,,',
        ",,,c3,Audit,,",
        ",,,C3,,,",
    )
    line = found.owner("address", "10.0.0.1", 0)
    assert line is not None
    assert (line.staff, line.line, found.department(line, 0)) == ("a1", 4, "Finance")
    assert found.owner("host", "pc-7", 0) is not None
    member = found.owner("staff", "c3", 0)
    assert member is not None
    assert found.department(member, 0) == "Audit"
    assert found.staff_count == 2


def test_columns_come_in_any_order_and_may_be_left_out() -> None:
    found = parse("staff,device\r\na1,3c:22:fb:01:02:03\r\n", KL)
    assert found.owner("device", "3c:22:fb:01:02:03", 0) is not None


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (["x,,,a1,,,"], 2, "'x' is no hardware address"),
        ([",10.0.0,,a1,,,"], 2, "no IP address"),
        ([",,<b>,a1,,,"], 2, "no host name"),
        ([",,pc,,,,"], 2, "no staff key"),
        ([",,pc,a1,,2026-02-30,"], 2, "no date"),
        ([",,pc,a1,,26-02-03,"], 2, "no date"),
        ([",,pc,a1,,2026-02-01,2026-02-01"], 2, "must lie after valid_from"),
        ([",10.0.0.1,pc,a1,,,"], 2, "address and host on one line"),
        ([",,pc,a1,,,", ",,pc,b2,,2026-01-01,"], 3, "a1's at that time by line 2"),
        ([",,pc,a1,Finance,,", ",,pd,a1,Audit,,"], 3, "department 'Finance' at that time by line 2"),
        ([",,pc,a1"], 2, "4 values for 7 columns"),
        ([",,pc,a1,,,,,x"], 2, "9 values for 7 columns"),
        ([",,pc,a1,,1/31/2026,"], 2, "no date such as 2026-01-31 or 31/1/2026"),
        ([",,pc," + "k" * 65 + ",,,"], 2, "at most 64"),
        ([",,pc,a1,bad\x1b[0m,,"], 2, "printable"),
        ([',,"pc,a1,,,'], 2, "not CSV"),
        ([",,pc,8.50101E+11,,,"], 2, r"'8.50101E\+11' is a number in short"),
        ([',,pc,"1,2e+05",,,'], 2, "is a number in short"),
    ],
)
def test_a_mistake_is_told_with_its_line(lines: list[str], line: int, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as told:
        mapped(*lines)
    assert told.value.line == line


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("device,who\n", "no column staff"),
        ("device\n", "no column staff"),
        ("staff,staff\n", "staff is there twice"),
        ("staff,valid_form\n", "'valid_form' is no column: did you mean valid_from?"),
    ],
)
def test_a_wrong_header_is_told(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        parse(text, KL)


def test_there_are_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="more than 64 lines about a1"):
        mapped(*[f",10.0.0.{number},,a1,,," for number in range(65)])
    monkeypatch.setattr(office_rows, "MAX_ROWS", 3)
    with pytest.raises(BadInput, match="more than 3 lines"):
        mapped(*[f",10.0.0.{number},,a{number},,," for number in range(4)])


@pytest.mark.parametrize("text", ["", "\ufeff", HEADER, HEADER + ",,,,,,\n", "# nothing\n"])
def test_a_file_that_names_nobody_is_a_mistake(text: str) -> None:
    """Else it would take the place of a good one, and nobody would be known any more."""
    with pytest.raises(BadInput):
        parse(text, KL)


def test_a_department_is_one_however_it_is_typed() -> None:
    rows = ["a1,Finance", "a2,FINANCE ", 'a3,"Finance\nHQ"', "a4,finance  hq", "a5,AUDIT", "a6,"]
    found = parse("staff,department\n" + "\n".join(rows) + "\n", KL, departments=["Audit"])
    assert found.departments() == ["Audit", "Finance", "Finance HQ"]
    assert "3 departments, 1 staff in none" in str(described(found))


def test_a_title_in_merged_cells_stands_before_the_headings() -> None:
    rows = ["SENARAI PERANTI 2026,,", ",,", "Bahagian Audit,,", "Device,Staff,Department", f"{PC},a1,Audit"]
    assert parse("\n".join(rows), KL).owner("device", PC, 0) is not None
    with pytest.raises(BadInput, match="no column staff") as told:
        parse("TITLE,,\ndevice,who,department\n", KL)
    assert told.value.line == 2
    with pytest.raises(BadInput, match="did you mean staff"):
        parse("staf,,\ndevice,staff,department\n", KL)


@pytest.mark.parametrize(
    "text", ["1/2/2026 0:00", "01/02/2026 00:00:00", "2026-02-01 00:00:00", "1/2/2026 12:00:00 AM"]
)
def test_a_day_may_be_a_midnight(text: str) -> None:
    found = mapped(f",,pc,a1,,{text},")
    assert found.owner("host", "pc", at("2026-02-01")) is not None
    assert found.owner("host", "pc", at("2026-02-01") - 1) is None


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_on_any_system(ending: str) -> None:
    found = parse(ending.join(["device,staff", "3c:22:fb:01:02:03,a1", "3c:22:fb:01:02:04,b2", ""]), KL)
    assert found.staff_count == 2


def test_it_knows_when_its_last_line_ends() -> None:
    assert mapped(",,pc,a1,,,2026-01-01", ",,pd,a2,,,2025-01-01").until() == at("2026-01-01")
    assert mapped(",,pc,a1,,,2026-01-01", ",,pd,a2,,,").until() == float("inf")


@given(st.text(alphabet=st.sampled_from('a1,"\n\r #:.-\x00é'), max_size=200))
def test_any_text_is_a_map_or_a_mistake(text: str) -> None:
    try:
        found = parse(HEADER + text, KL)
    except BadInput as error:
        assert error.line is not None
    else:
        assert all(one.since < one.until for ones in found.assignments.values() for one in ones)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_map_as_a_spreadsheet_writes_it(encoding: str, separator: str) -> None:
    rows = [
        ["sep=" + separator] if separator == ";" else [""],
        ["Name", "STAFF", "Device", "Valid-From", "valid to", "", "", ""],
        ['"Élodie, 1"', "A1", "3C22FB010203", "1/2/2026", "28.2.2026", "", "", ""],
        ["", "", "", "", "", "", "", ""],
        ["Ahmad", "B2", "3C22FB010204", "", "", "", "", ""],
    ]
    data = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    found = parse(text_of(data), KL)
    device = "3c:22:fb:01:02:03"
    owned = [
        found.owner("device", device, at(f"2026-{day}T12:00:00")) is not None
        for day in ("01-31", "02-01", "02-28")
    ]
    assert owned == [False, True, False]
    assert (found.staff_count, found.count("device"), found.left_out) == (2, 2, ("Name",))
    assert (
        str(described(found))
        == "2 staff, 2 devices, 0 addresses, 0 host names, 0 departments, 2 staff in none; columns left out: Name"
    )


def test_columns_left_out_are_bounded_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse("a,,\x1b[0m,staff\nx,y,z,a1\n", KL).left_out == ("a", "column 2", "column 3")
    monkeypatch.setattr(staff_table, "MAX_LEFT_OUT", 1)
    assert parse("a,b,staff\nx,y,a1\n", KL).left_out == ("a",)


@given(st.text(alphabet=st.sampled_from('a1,;"\n\r\t #:.-/\x00é=sep'), max_size=120))
def test_any_text_is_a_table_or_a_mistake(text: str) -> None:
    for start in ("", "staff;x\n", "Staff,Valid From,,\n"):
        try:
            parse(start + text, KL)
        except BadInput as error:
            assert error.line is not None


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\0\x06" + bytes(300), b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_named_as_such(data: bytes) -> None:
    with pytest.raises(BadInput, match="is a workbook: save it as CSV"):
        parse(text_of(data), KL)
