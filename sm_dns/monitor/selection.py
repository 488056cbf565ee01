"""What a report is asked for: which days, hours, services and decisions count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Days = Literal["all", "working"]
Hours = Literal["band", "working"]

OUTCOMES = ("permitted", "denied", "would_deny", "exempt")

VISITED = ("social", "streaming")
"""The categories that the circular limits and forbids (JKDM 5 and 7.7): who asks for these is a visitor."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a report was asked for.

    services: ids, any of which counts; empty for every governed service.
    first, last: local dates, both inclusive.
    band_start, band_end: the local band [start, end) in whole hours, start of 0 to 23, end of 1 to 24. An end before
        the start is of the next morning: the band over midnight belongs to the date on which it began.
    days: "all", or "working" for days of class WORK only.
    hours: "band", or "working" for hours that lie whole in working hours, whatever the band.
    categories: of which any counts; empty for every governed one.
    outcomes: which decisions count, of `OUTCOMES` (a query denied or exempt is a query made).
    zone: IANA name, offsets of whole hours only.
    """

    services: tuple[str, ...]
    first: date
    last: date
    band_start: int
    band_end: int
    days: Days = "all"
    outcomes: tuple[str, ...] = OUTCOMES
    zone: str = "Asia/Kuala_Lumpur"
    hours: Hours = "band"
    categories: tuple[str, ...] = ()

    @property
    def is_over_midnight(self) -> bool:
        """Whether the band ends in the morning after."""
        return self.band_end < self.band_start

    @property
    def day_begins(self) -> int:
        """The local hour at which a day of this report begins, so that no band is cut: its end, else midnight.

        Every hour is of one day: those before it are of the date before.
        """
        return self.band_end if self.is_over_midnight else 0

    def is_in_band(self, hour: int) -> bool:
        """Whether a local hour, 0 to 23, lies in the band."""
        if self.is_over_midnight:
            return hour >= self.band_start or hour < self.band_end
        return self.band_start <= hour < self.band_end

    def date_of(self, day: date, hour: int) -> date:
        """The local date on which an hour of a day of this report is."""
        return day + timedelta(days=1) if hour < self.day_begins else day

    def place(self, hour: int) -> int:
        """Which of those 24 a local hour is, 0 to 23."""
        return (hour - self.day_begins) % 24
