"""An official table of holidays as a CSV file: a holiday a row, with its date, its name and whatever else.

Columns are known by a row of headings, Malay or English; without one a row's date is its first cell that is one, and
its name the first other cell with words. A star beside a date or a name marks one that may still change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from sm_dns.admin.calendars.table_dates import (
    DAY,
    MONTH,
    Dates,
    check_weekdays,
    dates_of,
    orders_of,
    weekdays_of,
)
from sm_dns.monitor.identity.office_rows import SEPARATORS, rows_by
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_NAME = 200  # characters of a holiday's name

# What headings say, in the order in which a better one is preferred; of two languages in one cell each is looked at.
_DATE = ("tarikh", "date", "start date", "tarikh mula", "start", "tarikh cuti", "holiday date")
_END = ("tarikh tamat", "end date", "tarikh akhir", "end")
_WEEKDAY = ("hari", "day", "weekday")
_MALAY_NAME = ("kelepasan", "cuti", "perayaan", "nama", "peristiwa", "perkara", "keterangan")  # a word of it
_ENGLISH_NAME = (
    "holiday",
    "holidays",
    "name",
    "occasion",
    "subject",
    "event",
    "summary",
    "title",
    "description",
)
_NO_NAME = {
    "tarikh",
    "date",
    "jenis",
    "type",
    "kategori",
    "category",
    "bil",
    "no",
    "kod",
    "code",
    "start",
    "end",
}
_STATES = {"negeri", "state", "states"}
_UNSURE = re.compile(
    r"\s*(?:\*+|\((?:tentative|estimated?|anggaran|tertakluk kepada (?:perubahan|pindaan)|subject to change)\))",
    re.IGNORECASE,
)


class NotUnderstood(NamedTuple):
    """A line of which nothing is taken, and why."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class TableDay:
    """A holiday of a table; `is_conditional`: on one of its days. `is_estimate`: it may still change."""

    line: int
    days: tuple[date, ...]
    name: str
    is_conditional: bool = False
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What was read of a file, and what not. `form` is how it was read, for whoever finds nothing in it."""

    form: str
    days: tuple[TableDay, ...]
    not_understood: tuple[NotUnderstood, ...]


def read_table(text: str, year: int | None) -> Table:
    """A table by whichever separator gives most. `year` is that of dates without one.

    Raises `BadInput` with its line for what is no table at all.
    """
    read: list[Table] = []
    refused: list[BadInput] = []
    for separator in SEPARATORS:
        try:
            read.append(_read(rows_by(text, separator), _CALLED[separator], year))
        except BadInput as error:
            refused.append(error)
    if not read:
        raise refused[0]
    best = max(read, key=lambda table: len(table.days))
    return best if best.days else replace(best, form="CSV (, ; tab)")


_CALLED = {",": "CSV (,)", ";": "CSV (;)", "\t": "CSV (tab)"}


class _Columns(NamedTuple):
    """Where a row of headings says that things stand."""

    date: int
    end: int | None
    weekday: int | None
    names: tuple[int, ...]


def _read(rows: Iterable[tuple[int, list[str]]], form: str, year: int | None) -> Table:
    days: list[TableDay] = []
    left: list[NotUnderstood] = []
    orders: dict[int, frozenset[str]] = {}
    columns: _Columns | None = None
    for line, cells in rows:
        if columns is None and not days and (columns := _columns(cells)) is not None:
            left = list(_of_states(line, cells))  # what stood above the headings was a title
            continue
        orders[line] = next(filter(None, map(orders_of, cells)), frozenset())
        try:
            days.append(_day(line, cells, columns, year, days[-1] if days else None))
        except BadInput as error:
            left.append(NotUnderstood(line, error.reason))
    sure, unsure = _in_doubt(days, orders)
    return Table(form, tuple(sure), tuple(sorted((*left, *unsure), key=lambda one: one.line)))


def _of_states(line: int, cells: Iterable[str]) -> Iterator[NotUnderstood]:
    """A column that says for which states a holiday is: nobody knows how it does."""
    for cell in cells:
        if _STATES & set(re.findall(r"[^\W_]+", cell.casefold())):
            heading = " ".join(cell.split())
            yield NotUnderstood(
                line,
                Message(
                    "the column {heading!r} is not looked at: take out the rows of other states",
                    heading=heading,
                ),
            )


def _in_doubt(
    days: Sequence[TableDay], orders: Mapping[int, frozenset[str]]
) -> tuple[list[TableDay], list[NotUnderstood]]:
    """The days of a table apart from those that may stand the other way round, as another of its rows does.

    `orders`: by line, what a date may begin with. One that must begin with its day says that all do.
    """
    proof = next((line for line, of in orders.items() if of == {MONTH}), None)
    if proof is None or any(of == {DAY} for of in orders.values()):
        return list(days), []
    reason = Message(
        "day and month may stand the other way round, as in line {line}: write the day first", line=proof
    )
    doubtful = [day for day in days if orders[day.line] == {DAY, MONTH}]
    return [day for day in days if day not in doubtful], [NotUnderstood(day.line, reason) for day in doubtful]


def _columns(cells: Sequence[str]) -> _Columns | None:
    """The columns of a row of headings, None where it is none."""
    headings = [
        [" ".join(re.findall(r"[^\W_]+", part)) for part in re.split(r"[/|(\n]", cell.casefold())]
        for cell in cells
    ]

    def place(known: Iterable[str]) -> int | None:
        """The first column that is called by one of these, the best first."""
        return next((at for each in known for at, parts in enumerate(headings) if each in parts), None)

    def place_of_name(known: Iterable[str]) -> int | None:
        words = [{word for part in parts for word in part.split()} for parts in headings]
        return next(
            (at for each in known for at, has in enumerate(words) if each in has and not has & _NO_NAME), None
        )

    day = place(_DATE)
    names = [
        found for found in (place_of_name(_MALAY_NAME), place_of_name(_ENGLISH_NAME)) if found is not None
    ]
    if day is None or not names:
        return None
    return _Columns(day, place(_END), place(_WEEKDAY), tuple(names))


def _day(
    line: int, cells: Sequence[str], columns: _Columns | None, year: int | None, above: TableDay | None
) -> TableDay:
    """The holiday of a row. Raises `BadInput` with the reason where it is none."""
    if columns is None:
        dates, names, weekdays = _found(cells, year)
    else:
        dates, names, weekdays = _by_columns(cells, columns, year)
    check_weekdays(dates.days, weekdays)
    written = " / ".join(dict.fromkeys(filter(None, names)))
    # A name that stands in one cell over the rows of both its days.
    if not written and above is not None and dates.days[0] - above.days[-1] == timedelta(days=1):
        return replace(above, line=line, days=dates.days)
    name, is_unsure = name_of(written)
    return TableDay(line, dates.days, name, dates.is_conditional, dates.is_marked or is_unsure)


def name_of(written: str) -> tuple[str, bool]:
    """A holiday's name, and whether it is marked as one that may still change. Raises `BadInput`."""
    text = " ".join(written.split())
    name = " ".join(_UNSURE.sub("", text).split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise BadInput("has no name of at most {most} printable characters", most=MAX_NAME)
    return name, name != text


def _found(cells: Sequence[str], year: int | None) -> tuple[Dates, list[str], list[int]]:
    """Date, name and weekdays of a row without headings."""
    dates: Dates | None = None
    names: list[str] = []
    weekdays: list[int] = []
    for cell in cells:
        found = dates_of(cell, year) if dates is None else None
        if found is not None:
            dates = found
        elif (days := weekdays_of(cell)) is not None:
            weekdays = weekdays or days
        elif re.search(r"[^\W\d_]", cell):
            names.append(cell)
    if dates is None:
        raise _no_date(cells)
    return dates, names[:1], weekdays


def _by_columns(
    cells: Sequence[str], columns: _Columns, year: int | None
) -> tuple[Dates, list[str], list[int]]:
    def at(place: int | None) -> str:
        return cells[place] if place is not None and place < len(cells) else ""

    dates = dates_of(at(columns.date), year)
    if dates is None:
        raise _no_date(cells)
    end = dates_of(at(columns.end), year)
    if end is not None and end.days != dates.days:
        raise BadInput(
            "ends on another day, and whether that one belongs to it is not said: write a row for each day"
        )
    return dates, [at(place) for place in columns.names], weekdays_of(at(columns.weekday)) or []


def _no_date(cells: Iterable[str]) -> BadInput:
    text = "; ".join(_shown(cells))
    return BadInput("has no date: {text}", text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


_SHOWN = 60  # characters of a row that is not understood


def _shown(cells: Iterable[str]) -> Iterator[str]:
    return ("".join(sign if sign.isprintable() else " " for sign in cell) for cell in cells if cell)
