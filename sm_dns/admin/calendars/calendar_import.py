"""An official table of holidays as the proposal of a year: read and compared; it rules when a person accepts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sm_dns.admin.calendars.calendar_files import CONDITIONAL, CalendarFile, Line
from sm_dns.admin.calendars.calendar_proposals import with_corrections
from sm_dns.admin.calendars.differences import Difference, differences, halves
from sm_dns.admin.calendars.event_file import is_events, read_events
from sm_dns.admin.calendars.holiday_names import in_both_languages
from sm_dns.admin.calendars.official_table import NotUnderstood, Table, TableDay, read_table
from sm_dns.i18n.text import Text
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular

MAX_BYTES = 1 << 20

_PDF = "%PDF"
_PAGES = ("<!doctype html", "<html", "<table")


@dataclass(frozen=True, slots=True)
class Imported:
    """A proposal out of a file. `differences` is what would become otherwise by it.

    `other_years` counts the holidays of the file that are of none of this year; `stay_removed` are days that the file
    has and a correction of the accepted calendar takes away.
    """

    proposal: CalendarFile
    differences: tuple[Difference, ...]
    not_understood: tuple[NotUnderstood, ...]
    other_years: int
    stay_removed: tuple[Line, ...]


def read_file(path: Path, year: int | None) -> Table:
    """The holidays of a file, CSV or iCalendar. `year` is that of dates without one.

    Raises `BadInput` for a file that gives none, with how it was read.
    """
    return read(text_of(read_regular(path, limit=MAX_BYTES)), path, year)


def read(text: str, source: Path | str, year: int | None) -> Table:
    """The same of a text; `source` is what errors call it."""
    if text.startswith(_PDF):
        raise BadInput("is a PDF: put its table into a spreadsheet and save that as CSV", file=source)
    if text.lstrip()[:20].lower().startswith(_PAGES):
        raise BadInput("is a web page, whatever its name: save its table as CSV", file=source)
    try:
        table = read_events(text) if is_events(text) else read_table(text, year)
    except BadInput as error:
        raise BadInput(error.reason, file=source, line=error.line) from error
    if not table.days:
        raise _nothing(source, table)
    return table


def _nothing(source: Path | str, table: Table) -> BadInput:
    if not table.not_understood:
        return BadInput("gives no holiday: read as {form}, it says nothing", file=source, form=table.form)
    first = table.not_understood[0]
    return BadInput(
        "gives no holiday: read as {form}, none of its {count} lines or events was understood; of this one: {reason}",
        file=source,
        line=first.line,
        form=table.form,
        count=len(table.not_understood),
        reason=first.reason,
    )


def year_of(source: Path | str, table: Table) -> int:
    """The year that a table is of. Raises `BadInput` where it is of several."""
    years = sorted({day.year for each in table.days for day in each.days})
    if len(years) > 1:
        raise BadInput(
            "holds days of {years}: say which with --year", file=source, years=", ".join(map(str, years))
        )
    return years[0]


def imported(
    directory: Path,
    source: Path | str,
    table: Table,
    year: int,
    before: CalendarFile | None,
    name: str,
    place: str,
) -> Imported:
    """The proposal that a table makes for a year of a calendar, compared with the file `before`.

    `place` is whose holidays they are. Raises `BadInput` where the table has no day of that year.
    """
    of_year = [each for each in table.days if any(day.year == year for day in each.days)]
    if not of_year:
        raise BadInput("holds no holiday of {year}", file=source, year=year)
    comments = (
        f"# Public holidays of {place} in {year}, read from {' '.join(Path(source).name.split())}.",
        "# Compare with the official table.",
    )
    known = [] if before is None else [line.text for line in before.holidays.values()]
    lines = _lines(of_year, year, known)
    plain = CalendarFile(name, year, None, tuple(lines), comments=comments)
    proposal = with_corrections(directory, _without_settled(plain, before))
    removed = proposal.of("removed")
    return Imported(
        proposal=proposal,
        differences=tuple(differences(before, proposal)),
        not_understood=table.not_understood,
        other_years=len(table.days) - len(of_year),
        stay_removed=tuple(line for day, line in proposal.of("holiday").items() if day in removed),
    )


def _lines(days: Iterable[TableDay], year: int, known: Sequence[str]) -> list[Line]:
    """A line a day; a day that stands in the table twice has both names."""
    found: dict[date, Line] = {}
    conditional: list[Line] = []
    for each in days:
        name = _named(each.name, known)
        own = [day for day in each.days if day.year == year]
        if each.is_conditional and len(own) > 1:
            first, *others = sorted(own)
            conditional.append(Line(CONDITIONAL, first, name, others=tuple(others)))
            continue
        for day in own:
            line = Line("holiday", day, name, is_estimate=each.is_estimate)
            found[day] = _joined(found[day], line) if day in found else line
    return [*found.values(), *conditional]


def _joined(one: Line, other: Line) -> Line:
    first, second = Text.both(one.text), Text.both(other.text)
    if second.ms in first.ms.split(" dan "):
        return one
    ms, en = f"{first.ms} dan {second.ms}", f"{first.en} and {second.en}"
    return replace(one, text=f"{ms} / {en}", is_estimate=one.is_estimate or other.is_estimate)


def _named(written: str, known: Sequence[str]) -> str:
    """A name as it is known in both languages, where the table has it in one."""
    if " / " in written:
        return written
    half = halves(written)
    return (
        next((text for text in known if half & halves(text)), None) or in_both_languages(written) or written
    )


def _without_settled(table: CalendarFile, before: CalendarFile | None) -> CalendarFile:
    """Without the conditional holidays that the calendar knows already, open or settled."""
    if before is None:
        return table
    known = {day for line in before.unsettled for day in line.days} | set(before.of("extra"))
    lines = [line for line in table.lines if line.kind != CONDITIONAL or not known & {*line.days}]
    return replace(table, lines=tuple(lines))
