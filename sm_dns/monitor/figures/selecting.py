"""What a selection takes in: its days, and the labels that count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sm_dns.monitor.figures.local_hours import dates, span
from sm_dns.monitor.selection import OUTCOMES, Selection
from sm_dns.monitor.store.labels import Label
from sm_dns.policy.work_hours import HourKind
from sm_dns.util.errors import BadInput

IsWorking = Callable[[date], bool]
"""Whether a local date is a working day."""
KindOfHour = Callable[[date, int], HourKind]
"""What a local hour, 0 to 23, of a local date is."""
Counts = Callable[[date, int], bool]
"""Whether a local hour, 0 to 23, of a day of the report counts."""


def selected_days(selection: Selection, is_working: IsWorking) -> list[date]:
    """The local dates that count, by the day filter. Raises `BadInput` for a selection that cannot be."""
    span(selection)  # refuses what is no range before anybody walks through it
    return [day for day in dates(selection) if selection.days == "all" or is_working(day)]


def counted_hours(selection: Selection, hour_kind: KindOfHour) -> Counts:
    """Which hours of the selected days count: those of the band, or the working hours."""
    if selection.hours == "working":
        return lambda day, hour: hour_kind(day, hour) == "working"
    return lambda day, hour: selection.is_in_band(hour)


def chosen(selection: Selection, *, visits_only: bool) -> Callable[[Label], bool]:
    """Which labels count. Raises `BadInput` for a decision that there is not."""
    services, outcomes, categories = map(set, (selection.services, selection.outcomes, selection.categories))
    unknown = outcomes - set(OUTCOMES)
    if unknown:
        raise BadInput(
            "there is no decision {unknown!r}; there are: {outcomes}",
            unknown=min(unknown),
            outcomes=", ".join(OUTCOMES),
        )

    def is_chosen(label: Label) -> bool:
        return (
            (label.visit or not visits_only)
            and label.outcome in outcomes
            and (not services or label.service in services)
            and (not categories or label.category in categories)
        )

    return is_chosen
