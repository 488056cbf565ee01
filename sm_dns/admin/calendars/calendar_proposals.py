"""Proposed calendars: the library says which days it believes in, a person accepts or corrects them.

The library's list is only a proposal. Officials decide, sometimes the evening before; from 2028 on lunar dates are
estimates, and two of them (Deepavali, Thaipusam) are not even marked as such by the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sm_dns.admin.calendars.calendar_files import (
    KEPT,
    Acceptance,
    CalendarFile,
    Line,
    accepted_path,
    load_file,
    proposed_path,
)
from sm_dns.admin.calendars.holiday_names import SECOND_DAY, official_name
from sm_dns.admin.calendars.weekly_rest import replacements
from sm_dns.settings.blocks.policy import CalendarSettings
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput

# The last year whose dates the library's authors compared with official tables.
CHECKED_TO = 2027
_UNMARKED_ESTIMATES = ("diwali", "deepavali", "thaipusam")


def propose(country: str, subdivision: str | None, year: int) -> list[Line]:
    """The holidays of a year as the `holidays` library has them, under their official names, with its estimates.

    Raises `BadInput` for an unknown country or subdivision, and where a subdivision is needed and not given:
    without one, many days are missing.
    """
    import holidays  # slow to import, and needed for a proposal only

    if country not in holidays.list_supported_countries():
        raise BadInput("no holidays are known for country {country!r}", country=country)
    _check_subdivision(country, subdivision, holidays.country_holidays(country))
    days = holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_US")
    lines = [
        _line(day, _numbered(name, days.get(day - timedelta(days=1), "")))
        for day, name in sorted(days.items())
        if day.year == year
    ]
    return [*lines, *replacements(country, subdivision, lines)]


def _line(day: date, name: str) -> Line:
    text, is_estimate = official_name(name)
    unmarked = day.year > CHECKED_TO and any(word in name.lower() for word in _UNMARKED_ESTIMATES)
    written = text.ms if text.ms == text.en else f"{text.ms} / {text.en}"
    return Line("holiday", day, written, is_estimate=is_estimate or unmarked)


def _numbered(name: str, before: str) -> str:
    """A feast of two days that the library names the same has a second day."""
    earlier = before.split("; ")
    return "; ".join(f"{part}{SECOND_DAY}" if part in earlier else part for part in name.split("; "))


def _check_subdivision(country: str, subdivision: str | None, calendar: Any) -> None:
    codes = [code for code in calendar.subdivisions_aliases if len(code) <= 3] or list(calendar.subdivisions)
    if not codes or subdivision in {*codes, *calendar.subdivisions}:
        return
    known = ", ".join(codes)
    if subdivision is None:
        raise BadInput(
            "country {country} needs one of its subdivisions: {codes}", country=country, codes=known
        )
    raise BadInput(
        "country {country} has no subdivision {subdivision!r}; there are: {codes}",
        country=country,
        subdivision=subdivision,
        codes=known,
    )


def proposal(
    directory: Path, name: str, year: int, calendar: CalendarSettings, lines: Sequence[Line]
) -> CalendarFile:
    """Holidays as the proposal of a year; corrections of an accepted file of that year are kept."""
    where = place_of(calendar)
    comments = (
        f"# Public holidays of {where} in {year}, proposed by the holidays library {version('holidays')}.",
        "# Compare with the official table. Lines: holiday, estimate, extra, removed, workday, half-day, period.",
    )
    return with_corrections(directory, CalendarFile(name, year, None, tuple(lines), comments=comments))


def place_of(calendar: CalendarSettings) -> str:
    """Whose holidays a calendar has, by their codes: "MY PJY"."""
    return f"{calendar.country} {calendar.subdivision or ''}".rstrip()


def with_corrections(directory: Path, wanted: CalendarFile) -> CalendarFile:
    """A proposal with what a person corrected in the accepted file of its year, if there is one."""
    path = accepted_path(directory, wanted.name, wanted.year)
    if not path.exists():
        return wanted
    old = load_file(path)
    holidays = wanted.of("holiday")
    kept = [
        line
        for line in old.lines
        if line.kind not in ("holiday", KEPT) and (line.kind != "removed" or line.day in holidays)
    ]
    return replace(wanted, lines=(*wanted.lines, *kept), periods=old.periods)


def acceptable(directory: Path, name: str, year: int, *, estimates: bool) -> CalendarFile:
    """The proposed calendar of a year.

    Raises `BadInput` where nothing is proposed, and where it holds estimates that `estimates` does not accept.
    """
    source = proposed_path(directory, name, year)
    if not source.exists():
        raise BadInput(
            "nothing is proposed: run `sm-dns calendar propose {year} --calendar {name}`",
            file=source,
            year=year,
            name=name,
        )
    wanted = load_file(source)
    if estimated(wanted) and not estimates:
        raise BadInput(
            "holds estimated dates ({count} marked): compare them with the official table, then "
            "accept with --accept-estimates",
            file=source,
            count=len(estimated(wanted)),
        )
    return wanted


def accepted(proposal: CalendarFile, *, at: float, who: str, why: str) -> CalendarFile:
    """A proposal with the line of who accepted it. `at` is POSIX seconds."""
    one_line = " ".join(why.split())
    by = " ".join(who.replace(":", " ").split())
    return replace(proposal, accepted=Acceptance(utc_iso(at), by, one_line))


def estimated(calendar: CalendarFile) -> list[Line]:
    """The holidays whose dates are estimates."""
    return [line for line in calendar.lines if line.is_estimate]
