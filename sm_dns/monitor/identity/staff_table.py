"""The lines of a staff map, as spreadsheets write them: any capitals, further columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from sm_dns.monitor.identity.office_rows import rows
from sm_dns.util.errors import BadInput

MAX_LEFT_OUT = 32  # columns of which the headings are kept
MAX_HEADING = 64  # characters of one

COLUMNS = ("device", "address", "host", "staff", "department", "valid_from", "valid_to")

_LIKENESS = 0.8  # from which on a heading is one of ours, spelt wrongly
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MIDNIGHT = re.compile(r" (?:0?0:00(?::00)?|12:00(?::00)? AM)$", re.ASCII)
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?e\+\d{1,3}", re.ASCII | re.IGNORECASE)


class Row(NamedTuple):
    """A line by the names of its columns."""

    line: int
    cells: dict[str, str]


class Table(NamedTuple):
    """The headings of the columns that are left out, and the rows of the others."""

    left_out: tuple[str, ...]
    rows: Iterator[Row]


def read(text: str) -> Table:
    """The table of a text. Raises `BadInput` with the line, for a row as it is read."""
    cells = rows(text)
    first = _headings(cells)
    if first is None:
        return Table((), iter(()))
    line, headings = first
    columns = [_column(heading, line) for heading in _without_blank_end(headings)]
    for name in COLUMNS:
        if columns.count(name) > 1:
            raise BadInput("the column {name} is there twice", line=line, name=name)
    if "staff" not in columns:
        raise BadInput("no column staff; columns are {columns}", line=line, columns=", ".join(COLUMNS))
    left_out = [
        heading[:MAX_HEADING] if heading and heading.isprintable() else f"column {number}"
        for number, (heading, column) in enumerate(zip(headings, columns, strict=False), 1)
        if not column
    ]
    return Table(tuple(left_out[:MAX_LEFT_OUT]), _rows(columns, cells))


def _headings(cells: Iterator[tuple[int, list[str]]]) -> tuple[int, list[str]] | None:
    """The line of the headings, which stands behind titles in merged cells; None where there is no line."""
    for line, values in cells:
        given = [value for value in values if value]
        is_title = len(given) == 1 < len(values) and not _column(given[0], line)
        if not is_title:
            return line, values
    return None


def day_of(text: str, line: int) -> date:
    """A day, `2026-01-31` or `31/1/2026`, also as the midnight it begins with. Raises `BadInput`."""
    day_alone = text[: -len(midnight[0])] if (midnight := _MIDNIGHT.search(text)) else text
    found = _DAY_FIRST.fullmatch(day_alone)
    try:
        if found is not None:
            day, month, year = map(int, found.groups())
            read = date(year, month, day)
        else:
            read = date.fromisoformat(day_alone if _ISO.fullmatch(day_alone) else "")
    except ValueError:
        read = date.min
    if not 1970 <= read.year < 9000:
        raise BadInput("{text!r} is no date such as 2026-01-31 or 31/1/2026", line=line, text=text)
    return read


def is_shortened(text: str) -> bool:
    """Whether a spreadsheet wrote a long number in short, `8.50101E+11`: its last digits are lost."""
    return _SHORTENED.fullmatch(text) is not None


def _column(heading: str, line: int) -> str:
    """Which of our columns a heading is, "" for none. Raises `BadInput` where it only looks like one."""
    name = re.sub(r"[\s-]+", "_", heading.strip().lower())
    if name in COLUMNS:
        return name
    near = get_close_matches(name[:MAX_HEADING], COLUMNS, 1, _LIKENESS)
    if near:
        raise BadInput(
            "{name!r} is no column: did you mean {near}?", line=line, name=heading[:MAX_HEADING], near=near[0]
        )
    return ""


def _rows(columns: list[str], cells: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for line, values in cells:
        if len(values) < len(columns) or any(values[len(columns) :]):
            raise BadInput(
                "{count} values for {columns} columns", line=line, count=len(values), columns=len(columns)
            )
        yield Row(line, {name: value for name, value in zip(columns, values, strict=False) if name})


def _without_blank_end(cells: list[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept
