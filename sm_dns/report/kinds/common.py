"""What every kind of report has: what was asked for, legends, caveats, the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sm_dns.i18n.dates import clock, date_text, number_text, short_weekday
from sm_dns.monitor.headcount import Base, Dated, Week
from sm_dns.monitor.model import Cell, Coverage
from sm_dns.monitor.selection import OUTCOMES, Selection
from sm_dns.report.context import Context
from sm_dns.report.document import Document, Facts, Headline, Notes, Section
from sm_dns.report.formatting import PROTECTED, UNWATCHED, band_text, few_text, percent_text, range_text
from sm_dns.report.texts import called, say
from sm_dns.util import walltime

CAVEATS = ("caveat_visit", "caveat_high", "caveat_low", "caveat_device", "caveat_person")


def document(
    context: Context, kind: str, selection: Selection, sections: Iterable[Section], coverage: Coverage
) -> Document:
    """A document of these sections, with its title and its last line."""
    lists = [each.version for each in coverage.versions if each.what == "lists"]
    language = context.language
    prepared = date_text(language, walltime.to_local(context.prepared, ZoneInfo(selection.zone)).date())
    return Document(
        language=language,
        letterhead=context.letterhead,
        title=say(language, "title"),
        kind=context.say(kind),
        prepared=prepared,
        sections=tuple(sections),
        source=say(
            language,
            "source",
            system=context.system,
            date=prepared,
            lists=", ".join(dict.fromkeys(lists)) or say(language, "not_recorded"),
        ),
    )


def asked_for(context: Context, selection: Selection, *, band: bool = True) -> Facts:
    """What the report was asked for."""
    language = context.language
    pairs = [("number", context.number)] if context.number else []
    pairs.append(("period", range_text(language, selection.first, selection.last)))
    if band:
        pairs += [
            ("band", hours_text(language, selection)),
            ("services", services_text(context, selection)),
            ("days", say(language, f"days_{selection.days}")),
            ("decisions", _decisions(context, selection)),
        ]
    pairs.append(("zone", selection.zone))
    return Facts(tuple((say(language, key), value) for key, value in pairs))


def night(context: Context, selection: Selection) -> tuple[Notes, ...]:
    """Which date the hours after midnight are of; nothing where the band stays inside one date."""
    if not selection.is_over_midnight:
        return ()
    ends = clock(context.language, 60 * selection.band_end)
    return (Notes((say(context.language, "night", ends=ends),)),)


def services_text(context: Context, selection: Selection) -> str:
    """The services by name, else the categories."""
    named = [category_text(context.language, name) for name in selection.categories]
    if selection.services:
        named = [context.service(name) for name in selection.services]
    return ", ".join(named) or say(context.language, "all_services")


def category_text(language: str, name: str) -> str:
    """What a category is called; one of the site's own by its name."""
    return called(language, name, name)


def hours_text(language: str, selection: Selection) -> str:
    """The hours that count."""
    if selection.hours == "working":
        return say(language, "hours_working")
    return band_text(language, selection.band_start, selection.band_end)


def subject(context: Context, selection: Selection) -> str:
    """What a figure is of: the services, the days and the hours."""
    return ", ".join(
        (
            services_text(context, selection),
            range_text(context.language, selection.first, selection.last),
            hours_text(context.language, selection),
        )
    )


def no_data(context: Context, selection: Selection, whose: str = "") -> Headline:
    """That there is no figure, where nobody watched. whose: the department, where it is of one."""
    what = subject(context, selection)
    return Headline(say(context.language, "no_data", what=f"{whose}: {what}" if whose else what))


def caution(context: Context, coverage: Coverage) -> str:
    """What a number of staff must not be read without: that much of the time, or of the clients, is missing."""
    lines = [missing_time(context, coverage)]
    if coverage.is_little_known:
        mapped = percent_text(context.language, coverage.mapped_percent)
        lines.append(say(context.language, "low_mapped", mapped=mapped))
    return " ".join(filter(None, lines))


def missing_time(context: Context, coverage: Coverage) -> str:
    """What no number must be read without: that much of the time is missing; else ""."""
    if not coverage.is_little_watched:
        return ""
    watched = percent_text(context.language, coverage.watched_percent)
    return say(context.language, "low_watched", watched=watched)


def _decisions(context: Context, selection: Selection) -> str:
    if set(selection.outcomes) == set(OUTCOMES):
        return say(context.language, "all_decisions")
    return ", ".join(say(context.language, name) for name in selection.outcomes)


def legend(context: Context, cells: Iterable[Cell], limit: int) -> tuple[Notes, ...]:
    """What the signs among these cells mean; nothing where there are none."""
    marks = {cell.mark for cell in cells}
    lines = []
    if "small" in marks:
        lines.append(f"<{limit}: {say(context.language, 'small', most=limit - 1)}.")
    if marks & {"few", "rounded"}:
        lines.append(f"{few_text(limit)}: {say(context.language, 'few', limit=limit)}.")
    if "protect" in marks:
        lines.append(f"{PROTECTED}: {say(context.language, 'protect')}.")
    if "unwatched" in marks:
        lines.append(f"{UNWATCHED}: {say(context.language, 'unwatched_note')}.")
    return (Notes(tuple(lines)),) if lines else ()


def base_caveats(language: str, name: str, base: Base) -> list[str]:
    """What to know where a number of staff did not hold for a whole period."""
    lines = []
    if base.replaced:
        held = [*base.replaced, Dated(base.since, base.number)]
        numbers = "; ".join(base_text(language, each.number, each.since) for each in held)
        number = number_of(language, base.number)
        lines.append(say(language, "caveat_base_changed", name=name, numbers=numbers, base=number))
    if base.unknown_before is not None:
        lines.append(
            say(language, "caveat_base_unknown", name=name, date=date_text(language, base.unknown_before))
        )
    return lines


def base_text(language: str, number: int | None, since: date | None) -> str:
    """A number of staff, with the date from which it holds where it has one."""
    if since is None:
        return number_of(language, number)
    return say(language, "base_since", base=number_of(language, number), date=date_text(language, since))


def number_of(language: str, number: int | None) -> str:
    """A number of staff, or that there is none."""
    return say(language, "not_available") if number is None else number_text(language, number)


def week_text(language: str, week: Week) -> str:
    """Numbers of staff by weekday: those with the same number once."""
    together: dict[int | None, list[str]] = {}
    for day, number in enumerate(week):
        together.setdefault(number, []).append(short_weekday(language, day))
    return "; ".join(f"{', '.join(days)}: {number_of(language, number)}" for number, days in together.items())


def caveats(context: Context, *, working_days: bool, bases: Iterable[tuple[str, Base]] = ()) -> Section:
    """What the figures do not mean. bases: the numbers of staff that percentages of the document are of, by name."""
    language = context.language
    lines = [say(language, key) for key in CAVEATS]
    for name, base in bases:
        lines += base_caveats(language, name, base)
    if working_days and context.uncertain_years:
        years = ", ".join(map(str, context.uncertain_years))
        lines.append(say(language, "caveat_calendar", years=years))
    if working_days and context.unsettled_days:
        days = ", ".join(date_text(language, day) for day in context.unsettled_days)
        lines.append(say(language, "caveat_unsettled", days=days))
    return Section(say(language, "caveats"), (Notes(tuple(lines)),))
