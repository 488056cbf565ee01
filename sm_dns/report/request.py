"""What somebody asks a report for, read from the words of a command or of the configuration."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sm_dns.monitor.figures.local_hours import check_band
from sm_dns.monitor.selection import OUTCOMES, Days, Hours
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean

Kind = Literal["usage", "department", "compliance", "coverage"]
Form = Literal["text", "json", "csv", "html", "pdf"]

SUFFIXES: dict[Form, str] = {"text": "txt", "json": "json", "csv": "csv", "html": "html", "pdf": "pdf"}
WHOLE_DAY = (0, 24)

_BAND = re.compile(r"([0-9]{2}):00-([0-9]{2}):00", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """first, last: local dates, both inclusive. services: as people write them; () for all of the categories.
    categories: by name; () for those that the kind of report is about. band: [start, end) in whole hours, an end
    before the start being of the next morning; None for the hours that the kind of report is about. decisions: of
    `OUTCOMES`. base: staff, None for the configured number. departments: () for all."""

    kind: Kind
    first: date
    last: date
    services: tuple[str, ...] = ()
    band: tuple[int, int] | None = None
    days: Days = "all"
    decisions: tuple[str, ...] = OUTCOMES
    base: int | None = None
    departments: tuple[str, ...] = ()
    rounded: bool = False
    categories: tuple[str, ...] = ()

    @property
    def is_of_visitors(self) -> bool:
        """Whether it counts staff: of social media and streaming in working hours, where it says no other."""
        return self.kind in ("usage", "department")

    @property
    def hours(self) -> Hours:
        """Which hours count."""
        return "working" if self.is_of_visitors and self.band is None else "band"


def parse_band(text: str) -> tuple[int, int]:
    """Such as "08:00-09:00", or over midnight "22:00-06:00". Raises `BadInput`: counts are kept by whole hours."""
    found = _BAND.fullmatch(text)
    start, end = map(int, found.groups()) if found else (0, 0)
    if start and not end:
        end = 24  # the midnight that ends the day
    try:
        check_band(start, end)
    except BadInput:
        raise BadInput(
            "expected a band of whole hours such as 08:00-09:00 or, over midnight, 22:00-06:00, got {text!r}",
            text=text,
        ) from None
    return start, end


def parse_day(text: str) -> date:
    """Such as "2010-01-03". Raises `BadInput`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("expected a date such as 2010-01-03, got {text!r}", text=text) from error


def parse_month(text: str) -> tuple[date, date]:
    """The first and the last day of a month such as "2010-01". Raises `BadInput`."""
    found = _MONTH.fullmatch(text)
    try:
        year, month = map(int, found.groups()) if found else (0, 0)
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise BadInput("expected a month such as 2010-01, got {text!r}", text=text) from error


def parse_decisions(words: Iterable[str]) -> tuple[str, ...]:
    """Decisions in the order of `OUTCOMES`; all without any. Raises `BadInput`."""
    wanted = {word.replace("-", "_") for word in words}
    for word in sorted(wanted - set(OUTCOMES)):
        known = [each.replace("_", "-") for each in OUTCOMES]
        said = Message(
            "there is no decision {word!r}; there are: {outcomes}", word=word, outcomes=", ".join(known)
        )
        raise BadInput(did_you_mean(said, word, known))
    return tuple(name for name in OUTCOMES if name in wanted) or OUTCOMES
