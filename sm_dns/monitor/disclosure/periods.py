"""Fixed stretches of the calendar: a day, a week, a month, a quarter, a year."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sm_dns.util.errors import BadInput

PeriodKind = Literal["day", "week", "month", "quarter", "year"]
PERIOD_KINDS: tuple[PeriodKind, ...] = ("day", "week", "month", "quarter", "year")

_NAMES = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?:(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|W(?P<week>[0-9]{2})|Q(?P<quarter>[1-4])))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Period:
    """first, last: local dates, both inclusive. A week is that of ISO 8601, from Monday on."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def name(self) -> str:
        """As `parse_period` reads it: 2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026."""
        match self.kind:
            case "day":
                return self.first.isoformat()
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year:04}-W{week:02}"
            case "month":
                return f"{self.first.year:04}-{self.first.month:02}"
            case "quarter":
                return f"{self.first.year:04}-Q{(self.first.month + 2) // 3}"
            case "year":
                return f"{self.first.year:04}"

    @property
    def before(self) -> Period:
        """The one of the same kind that ends where this one begins. Raises `BadInput` before the year 1."""
        if self.first == date.min:
            raise BadInput("there is no period before {name}", name=self.name)
        return period_of(self.kind, self.first - timedelta(days=1))

    def is_over(self, today: date) -> bool:
        """Whether its last day lies before `today`."""
        return self.last < today


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of a kind in which a local date lies."""
    match kind:
        case "day":
            return Period(kind, day, day)
        case "week":
            monday = day - timedelta(days=day.weekday())
            return Period(kind, monday, monday + timedelta(days=6))
        case "month":
            return _months(kind, day.year, day.month, 1)
        case "quarter":
            return _months(kind, day.year, day.month - (day.month - 1) % 3, 3)
        case "year":
            return _months(kind, day.year, 1, 12)


def last_over(kind: PeriodKind, today: date) -> Period:
    """The last period of a kind that is over on a local date."""
    return period_of(kind, today).before


def parse_period(text: str) -> Period:
    """Such as 2026-10-05, 2026-W41, 2026-10, 2026-Q4 or 2026. Raises `BadInput`."""
    found = _NAMES.fullmatch(text.upper())
    try:
        if found is None:
            raise ValueError(text)
        year = int(found["year"])
        if found["week"]:
            return period_of("week", date.fromisocalendar(year, int(found["week"]), 1))
        if found["quarter"]:
            return period_of("quarter", date(year, 3 * int(found["quarter"]), 1))
        if found["day"]:
            return period_of("day", date(year, int(found["month"]), int(found["day"])))
        if found["month"]:
            return period_of("month", date(year, int(found["month"]), 1))
        return period_of("year", date(year, 1, 1))
    except (ValueError, OverflowError) as error:
        raise BadInput(
            "expected a day such as 2026-10-05, a week (2026-W41), a month (2026-10), a quarter (2026-Q4) or a year "
            "(2026), got {text!r}",
            text=text,
        ) from error


def _months(kind: PeriodKind, year: int, month: int, length: int) -> Period:
    """`length` months from the first of `month` on, none of which lies in the year after."""
    last = month + length - 1
    return Period(kind, date(year, month, 1), date(year, last, monthrange(year, last)[1]))
