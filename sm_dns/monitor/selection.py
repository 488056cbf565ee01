"""What a report is asked for: which days, hours, services and decisions count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Days = Literal["all", "working"]

OUTCOMES = ("permitted", "denied", "would_deny", "exempt")


@dataclass(frozen=True, slots=True)
class Selection:
    """What a report was asked for.

    services: ids, any of which counts; empty for every governed service.
    first, last: local dates, both inclusive.
    band_start, band_end: the local band [start, end) in whole hours, start of 0 to 23, end of 1 to 24. An end before
        the start is of the next morning: the band over midnight belongs to the date on which it began.
    days: "all", or "working" for days of class WORK only.
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

    @property
    def band(self) -> slice:
        """The band among the 24 hours of a day of this report, counted from `day_begins` on."""
        return slice(self.place(self.band_start), 24 if self.is_over_midnight else self.band_end)

    def place(self, hour: int) -> int:
        """Which of those 24 a local hour is, 0 to 23."""
        return (hour - self.day_begins) % 24
