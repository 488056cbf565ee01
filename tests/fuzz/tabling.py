"""Official tables of holidays: CSV and iCalendar, whatever octets they hold."""

from __future__ import annotations

from pathlib import Path
from random import Random

from sm_dns.admin.calendars.calendar_files import CalendarFile, Line, parse
from sm_dns.admin.calendars.calendar_import import read
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.util.errors import BadInput
from tests.fuzz.target import Target

_TABLES = (
    "Bil.;Hari Kelepasan Am;Tarikh;Hari\r\n1;Tahun Baharu Cina;17 & 18 Februari 2026;Selasa & Rabu\r\n"
    "2;Tambahan*;20 atau 23 Mac 2026;\r\n",
    "1,Khamis,1/1/2026,Tahun Baharu\n2,,31/8/2026,Hari Kebangsaan / National Day\n",
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260321\r\nDTEND;VALUE=DATE:20260323\r\n"
    "SUMMARY:Hari Ra\r\n ya\\, 2 hari\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
)
_WORDS = (
    b";",
    b'"',
    b"Tarikh",
    b" atau ",
    b"2026-02-30",
    b"31 Dis",
    b"\r\n ",
    b"END:VEVENT\n",
    b"RRULE:",
    b"*",
)


def check(data: bytes) -> bool:
    """Any octets are holidays, each of which stands in a file as it was read, or a mistake in words."""
    try:
        table = read(text_of(data), "x", 2026)
    except BadInput as error:
        assert str(error.reason)
        return False
    for each in table.days:
        assert each.days and all(1970 <= day.year <= 2101 for day in each.days)
        line = Line("holiday", each.days[0], each.name)
        file = CalendarFile("x", line.day.year, None, (line,))
        (again,) = parse(file.render(), Path("x"), "x", file.year).lines
        assert (again.day, again.text.split()) == (line.day, line.text.split())
    return True


def make(random: Random) -> bytes:
    """A table in some encoding."""
    encoding = ("utf-8", "utf-16", "cp1252")[int(random.random() * 3)]
    return _TABLES[int(random.random() * len(_TABLES))].encode(encoding)


TARGET = Target("tables", make, check, _WORDS)
