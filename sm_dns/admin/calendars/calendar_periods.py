"""Periods of other hours, such as Ramadan: one line of a calendar file each.

    period FROM TO KEY=VALUE... NAME

Both dates belong to the period. The keys are `rest`, `rest.FRI`, `after_start`, `after_start.THU`, `work_start`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json

WORD = "period"


@dataclass(frozen=True, slots=True)
class Period:
    """Dates with other hours; `document` is its form in a schedule's JSON, `source` its line as written."""

    document: Mapping[str, Json]
    source: str

    @property
    def first(self) -> date:
        """Its first day."""
        return date.fromisoformat(str(self.document["from"]))

    @property
    def last(self) -> date:
        """Its last day, which belongs to it."""
        return date.fromisoformat(str(self.document["to"]))

    @property
    def name(self) -> str:
        """What stands on its line beside dates and hours; an older line may have no name."""
        return " ".join(word for word in self._words if "=" not in word)

    @property
    def hours(self) -> tuple[str, ...]:
        """Its hours, `KEY=VALUE` each."""
        return tuple(word for word in self._words if "=" in word)

    @property
    def _words(self) -> list[str]:
        return self.source.split()[3:]

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    def overlaps(self, other: Period) -> bool:
        """Whether any day lies in both."""
        return self.first <= other.last and other.first <= self.last


def read_period(row: str, year: int) -> Period:
    """The period of a line in the file of a year; it may end in the next one. Raises `BadInput`."""
    words = row.split()[1:]
    first, last = (strict_json.day(words[at] if len(words) > at else "", "date") for at in (0, 1))
    for day, years in ((first, {year}), (last, {year, year + 1})):
        if day.year not in years:
            raise BadInput("{day} is not in {year}", day=day, year=year)
    if first > last:
        raise BadInput("the period ends on {last}, before it starts on {first}", last=last, first=first)
    settings = [word.partition("=") for word in words[2:] if "=" in word]
    if not settings:
        raise BadInput("the period changes nothing: write for example after_start=17:00")
    dates = {"from": first.isoformat(), "to": last.isoformat()}
    return Period(dates | _hours((key, value) for key, _, value in settings), row)


def written_period(first: str, last: str, name: str, hours: Sequence[str]) -> Period:
    """The period that a person asks for. Raises `BadInput` for dates that are none, hours that cannot be, no name."""
    start = strict_json.day(first, "date")
    words = name.split()
    if not words or any("=" in word for word in words):
        raise BadInput("a period needs a name without the sign =, such as Ramadan")
    keys = set[str]()
    for each in hours:
        key, is_given, _ = each.upper().partition("=")
        if not is_given or len(each.split()) != 1:
            raise BadInput("{hours!r} is not of the form KEY=VALUE, such as after_start=17:00", hours=each)
        if key in keys:
            raise BadInput("{hours!r}: the key stands in the period twice", hours=each)
        keys.add(key)
    return read_period(" ".join([WORD, first, last, *hours, *words]), start.year)


def _hours(settings: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """The keys of a period in a schedule's JSON; what one weekday has stands in a mapping of weekdays."""
    document: dict[str, Json] = {}
    by_weekday: dict[str, dict[str, Json]] = {}
    for key, value in settings:
        plain, _, weekday = key.partition(".")
        hours = _checked_hours(key, value)
        if weekday:
            document[f"{plain}_by_weekday"] = by_weekday.setdefault(plain, {})
            by_weekday[plain][weekday] = hours
        else:
            document[plain] = hours
    return document


def _checked_hours(key: str, value: str) -> Json:
    """What a key of a line says. Raises `BadInput`."""
    plain, dot, weekday = key.partition(".")
    if plain not in {"rest", "after_start", "work_start"} or (dot and plain == "work_start"):
        raise BadInput(
            "unknown key {key!r}; known: rest, rest.FRI, after_start, after_start.FRI, work_start", key=key
        )
    hours: Json = value
    if plain == "rest":
        spans = [span.split("-") for span in value.split(",")]
        hours = spans if len(spans) > 1 else spans[0]
        strict_json.spans(hours, key)
    else:
        strict_json.clock(hours, key)
    if dot:
        strict_json.weekdays(weekday, key)
    return hours
