"""What a selection takes in: its days, and the labels that count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sm_dns.monitor.figures.local_hours import dates, span
from sm_dns.monitor.selection import OUTCOMES, Selection
from sm_dns.monitor.store import read
from sm_dns.util.errors import BadInput

IsWorking = Callable[[date], bool]
"""Whether a local date is a working day."""


def selected_days(selection: Selection, is_working: IsWorking) -> list[date]:
    """The local dates that count, by the day filter. Raises `BadInput` for a selection that cannot be."""
    span(selection)  # refuses what is no range before anybody walks through it
    return [day for day in dates(selection) if selection.days == "all" or is_working(day)]


def chosen(selection: Selection, *, visits_only: bool) -> Callable[[read.Label], bool]:
    """Which labels count. Raises `BadInput` for a decision that there is not."""
    services, outcomes = set(selection.services), set(selection.outcomes)
    unknown = outcomes - set(OUTCOMES)
    if unknown:
        raise BadInput(
            "there is no decision {unknown!r}; there are: {outcomes}",
            unknown=min(unknown),
            outcomes=", ".join(OUTCOMES),
        )

    def is_chosen(label: read.Label) -> bool:
        return (
            (label.visit or not visits_only)
            and label.outcome in outcomes
            and (not services or label.service in services)
        )

    return is_chosen
