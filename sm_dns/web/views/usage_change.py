"""What changed: a figure of use beside that of the period before.

Both are as they are shown on their own pages, and their difference says nothing that two looks would not (PRIV-3). It
is kept back where one of the two is, and not told where one of them cannot be relied on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from sm_dns.monitor.model import Cell
from sm_dns.util.schema_notes import one_of, says
from sm_dns.web.data.figure_cache import Kept
from sm_dns.web.data.usage import Figures, HeadCoverage

WhyNot = Literal["", "goes_on", "pending", "no_figures", "no_data", "doubtful", "kept_back"]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure and the same of the period before."""

    before: Annotated[str, says("the period before, or its first and last date with a stroke between")]
    was: Annotated[Cell | None, says("distinct staff in it; null where there is no figure")]
    difference: Annotated[
        int | None, says("how many more there are now; of rounded numbers it is rounded too")
    ]
    why_not: Annotated[
        str,
        says(
            "why there is no difference: the range goes on; the other figure is still computed; there is none, or no "
            "data; too little was watched or known in one of the two; one is kept back"
        ),
        one_of(*get_args(WhyNot)),
    ]


def change(
    figures: Figures, kept: Kept[Figures] | None, before: str, department: str, *, goes_on: bool
) -> Change:
    """How a figure changed, of a department or, without one, of the agency.

    kept: the figures of the period `before`, None while they are computed. goes_on: the range of `figures` does.
    """

    def told(why_not: WhyNot, was: Cell | None = None, difference: int | None = None) -> Change:
        return Change(before, was, difference, why_not)

    if goes_on:
        return told("goes_on")
    if kept is None:
        return told("pending")
    if kept.value is None:
        return told("no_figures")
    now, was = counted(figures, department), counted(kept.value, department)
    coverages = (figures.usage.coverage, kept.value.usage.coverage)
    if now is None or was is None or not all(each.data for each in coverages):
        return told("no_data")
    if is_doubtful(coverages):
        return told("doubtful", was)
    if now.count is None or was.count is None:
        return told("kept_back", was)
    return told("", was, now.count - was.count)


def is_doubtful(coverages: Iterable[HeadCoverage]) -> bool:
    """Whether one of them says that a figure cannot be read without it."""
    return any(each.little_watched or each.little_known for each in coverages)


def counted(figures: Figures, department: str) -> Cell | None:
    """The distinct staff of a department, or of the agency; None of a department that was not seen."""
    if not department:
        return Cell(figures.usage.total.count, figures.usage.total.mark)
    return next(
        (Cell(each.count, each.mark) for each in figures.departments if each.department == department), None
    )
