"""From an official table to the proposal of a year."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from sm_dns.admin.calendars.calendar_files import load_file
from sm_dns.admin.calendars.calendar_import import Imported, imported, read_file, year_of
from sm_dns.util.errors import BadInput

ACCEPTED = """\
accepted 2026-01-01T00:00:00Z by officer1: compared
holiday 2026-05-31 Hari Wesak / Wesak Day
holiday 2026-08-31 Hari Kebangsaan / National Day
removed 2026-08-31 not here
extra 2026-03-20 Tambahan
period 2026-02-19 2026-03-20 after_start=17:00 Ramadan
"""


def write(folder: Path, data: bytes | str, name: str = "jadual.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def made(folder: Path, data: bytes | str, year: int | None = None) -> Imported:
    path = write(folder, data)
    table = read_file(path, year)
    accepted = folder / "pjy-2026.cal"
    before = load_file(accepted) if accepted.exists() else None
    return imported(folder, path, table, year or year_of(path, table), before, "pjy", "MY PJY")


TABLE = "Tarikh;Cuti\n31 Ogos 2026;Hari Kebangsaan\n16 September 2026;Hari Malaysia – Merdéka\n"


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TABLE.encode("utf-16-be"),
        TABLE.encode("cp1252"),
    ],
)
def test_a_table_in_each_encoding_of_offices(tmp_path: Path, data: bytes) -> None:
    lines = [str(line) for line in made(tmp_path, data).proposal.lines]
    assert lines == [
        "holiday 2026-08-31 Hari Kebangsaan / National Day",
        "holiday 2026-09-16 Hari Malaysia – Merdéka",
    ]


def test_an_event_file(tmp_path: Path) -> None:
    body = "DTSTART;VALUE=DATE:20260321\nDTEND;VALUE=DATE:20260323\nSUMMARY:Hari Raya Puasa"
    path = write(tmp_path, f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{body}\nEND:VEVENT\nEND:VCALENDAR\n", "my.ics")
    assert [len(each.days) for each in read_file(path, None).days] == [2]


def test_what_differs_is_told_and_corrections_stay(tmp_path: Path) -> None:
    (tmp_path / "pjy-2026.cal").write_text(ACCEPTED)
    found = made(tmp_path, "1/6/2026,Hari Wesak\n31/8/2026,Hari Kebangsaan\n1/1/2026,Tahun Baharu\nx,y\n")
    assert [str(each) for each in found.differences] == [
        "added     Thu 2026-01-01 Tahun Baharu",
        "moved     Mon 2026-06-01 Hari Wesak / Wesak Day, from Sun 2026-05-31",
    ]
    assert [str(line) for line in found.stay_removed] == ["holiday 2026-08-31 Hari Kebangsaan / National Day"]
    assert [line for line, _ in found.not_understood] == [4]
    assert found.proposal.accepted is None
    assert "extra 2026-03-20 Tambahan" in map(str, found.proposal.lines)
    assert [each.name for each in found.proposal.periods] == ["Ramadan"]
    assert "read from jadual.csv" in found.proposal.comments[0]


def test_a_day_that_has_two_names_has_both(tmp_path: Path) -> None:
    found = made(
        tmp_path, "1/2/2026,Hari Thaipusam\n1/2/2026,Hari Wilayah Persekutuan\n1/2/2026,Hari Thaipusam\n"
    )
    (line,) = found.proposal.lines
    assert line.text == ("Hari Thaipusam dan Hari Wilayah Persekutuan / Thaipusam and Federal Territory Day")


def test_one_of_two_days_stays_open_unless_it_is_known_already(tmp_path: Path) -> None:
    text = "Tarikh,Cuti\n20 atau 23 Mac 2026,Tambahan\n1/5/2026,Hari Pekerja\n"
    assert [str(each) for each in made(tmp_path, text).proposal.unsettled] == [
        "conditional 2026-03-20 2026-03-23 Tambahan"
    ]
    (tmp_path / "pjy-2026.cal").write_text(ACCEPTED)  # which has it on the 20th
    assert made(tmp_path, text).proposal.unsettled == []


def test_several_years_are_asked_about(tmp_path: Path) -> None:
    text = "31/8/2026,Hari Kebangsaan\n31/8/2027,Hari Kebangsaan\n"
    with pytest.raises(BadInput, match="holds days of 2026, 2027: say which with --year"):
        made(tmp_path, text)
    found = made(tmp_path, text, 2027)
    assert (len(found.proposal.lines), found.other_years) == (1, 1)
    with pytest.raises(BadInput, match="holds no holiday of 2028"):
        made(tmp_path, text, 2028)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "gives no holiday: read as CSV .*tab"),
        (
            "Tarikh,Cuti\nesok,Hari Wesak\n",
            "csv:2: .* none of its 1 lines or events was understood; of this one: has no date: esok",
        ),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "read as iCalendar, it says nothing"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n", "read as iCalendar, none of its 1"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"\r\n<!DOCTYPE html>\n<html><td>1 Januari 2027</td><td>Tahun Baharu</td>\n", "is a web page"),
        (b"<table><tr><td>1 Januari 2027</td></tr></table>", "is a web page"),
        (b"PK\x03\x04\x14", "save it as CSV"),
        (b"x" * ((1 << 20) + 1), "is larger than"),
    ],
)
def test_a_file_that_gives_nothing_says_what_was_tried(
    tmp_path: Path, data: bytes | str, reason: str
) -> None:
    with pytest.raises(BadInput, match=reason) as caught:
        made(tmp_path, data)
    assert "jadual.csv" in str(caught.value)
