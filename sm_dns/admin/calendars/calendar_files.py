"""Calendar files: plain lines that a person can read, accept and correct; the accepted file rules.

`NAME-YEAR.cal` is accepted, `NAME-YEAR.proposed` waits. A line is one of

    accepted WHEN by WHO: WHY
    holiday DATE NAME             proposed by the library
    estimate DATE NAME            a holiday whose date the library only estimates
    extra DATE NAME               declared afterwards
    removed DATE REASON           a `holiday` that is none
    workday DATE REASON           an extra working day; beats holiday and weekend
    half-day DATE HH:MM REASON    after-hours start then
    period FROM TO KEY=VALUE... [REASON]

with the keys `rest`, `rest.FRI`, `after_start`, `after_start.THU`, `work_start`, or a comment after `#`.
A name in two languages is "MALAY / ENGLISH".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sm_dns.i18n.text import Text
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text
from sm_dns.util.strict_json import Json

MAX_BYTES = 1 << 20
ESTIMATE = "estimate"  # the word of a holiday's line whose date is one
DATED = ("holiday", "extra", "removed", "workday", "half-day")
_WORDS = (*DATED, ESTIMATE)
# As earlier versions wrote it, in the name.
_OLD_ESTIMATE = " (estimated)"
_ESTIMATE_MARK = Text("(anggaran, tertakluk kepada perubahan)", "(estimate, subject to change)")
_ACCEPTED = re.compile(r"accepted (\S+) by ([^:]+): (.*)")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepted a calendar, when (ISO 8601), and why."""

    at: str
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One dated line. `time` is set for a half-day only; `text` is the name or the reason.

    `is_estimate` is for a holiday whose date may still change.
    """

    kind: str
    day: date
    text: str
    time: str | None = None
    is_estimate: bool = False

    @property
    def shown(self) -> str:
        """The name as people read it, in both languages where it has both."""
        if not self.is_estimate:
            return self.text
        name = Text.both(self.text)
        return f"{name.ms} {_ESTIMATE_MARK.ms} / {name.en} {_ESTIMATE_MARK.en}"

    def __str__(self) -> str:
        word = ESTIMATE if self.is_estimate else self.kind
        return " ".join(part for part in (word, self.day.isoformat(), self.time, self.text) if part)


@dataclass(frozen=True, slots=True)
class Period:
    """Dates with other hours; `document` is its form in a schedule's JSON, `source` its line as written."""

    document: Mapping[str, Json]
    source: str


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """One year of one calendar. `comments` are the comment lines, kept when the file is written again."""

    name: str
    year: int
    accepted: Acceptance | None
    lines: tuple[Line, ...]
    periods: tuple[Period, ...] = ()
    comments: tuple[str, ...] = ()

    def of(self, kind: str) -> dict[date, Line]:
        """The lines of a kind, by date."""
        return {line.day: line for line in self.lines if line.kind == kind}

    def render(self) -> str:
        """The file's text: comments, acceptance, then all lines in the order of their dates."""
        rows = list(self.comments)
        if self.accepted:
            rows.append(f"accepted {self.accepted.at} by {self.accepted.who}: {self.accepted.why}")
        ordered = sorted(self.lines, key=lambda line: (line.day, DATED.index(line.kind)))
        rows += [str(line) for line in ordered]
        rows += [period.source for period in self.periods]
        return "\n".join(rows) + "\n"


def accepted_path(directory: Path, name: str, year: int) -> Path:
    """Where the accepted file of a year lies."""
    return directory / f"{name}-{year}.cal"


def proposed_path(directory: Path, name: str, year: int) -> Path:
    """Where the proposed file of a year lies."""
    return directory / f"{name}-{year}.proposed"


def load_file(path: Path) -> CalendarFile:
    """Read a calendar file named NAME-YEAR.SUFFIX. Raises `BadInput` with the line of the first mistake."""
    name, _, year = path.stem.rpartition("-")
    if not name or not re.fullmatch("[0-9]{4}", year):
        raise BadInput("a calendar file is named NAME-YEAR.cal or NAME-YEAR.proposed", file=path)
    return parse(read_text(path, limit=MAX_BYTES), path, name, int(year))


def parse(text: str, file: Path, name: str, year: int) -> CalendarFile:
    """Read the text of a calendar file; `file` is only named in errors."""
    reader = _Reader(year)
    for number, row in enumerate(text.splitlines(), start=1):
        try:
            reader.read(row.strip())
        except BadInput as error:
            raise BadInput(error.reason, file=file, line=number) from error
    return CalendarFile(
        name,
        year,
        reader.accepted,
        tuple(reader.lines.values()),
        tuple(reader.periods),
        tuple(reader.comments),
    )


class _Reader:
    """Collects the lines of one file and refuses contradictions between them."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.accepted: Acceptance | None = None
        self.lines: dict[tuple[str, date], Line] = {}
        self.periods: list[Period] = []
        self.comments: list[str] = []

    def read(self, row: str) -> None:
        kind, _, rest = row.partition(" ")
        if not row or row.startswith("#"):
            self.comments.append(row)
        elif kind == "accepted":
            self._acceptance(row)
        elif kind == "period":
            self.periods.append(self._period(row, rest.split()))
        elif kind in _WORDS:
            self._dated(kind, rest.split())
        else:
            raise BadInput(
                "unknown word {kind!r}; a line starts with accepted, period, {words} or #",
                kind=kind,
                words=", ".join(_WORDS),
            )

    def _acceptance(self, row: str) -> None:
        found = _ACCEPTED.fullmatch(row)
        if found is None:
            raise BadInput("is not of the form: accepted WHEN by WHO: WHY")
        if self.accepted:
            raise BadInput("the calendar is accepted a second time")
        self.accepted = Acceptance(found[1], found[2], found[3])

    def _dated(self, word: str, words: list[str]) -> None:
        kind = "holiday" if word == ESTIMATE else word
        day = self._day(words, 0)
        time = None
        if kind == "half-day":
            time = words[1] if len(words) > 1 else ""
            strict_json.clock(time, "half-day")
        text = " ".join(words[2 if time else 1 :])
        is_estimate = word == ESTIMATE or (kind == "holiday" and _OLD_ESTIMATE in text)
        text = text.replace(_OLD_ESTIMATE, "") if kind == "holiday" else text
        if not text:
            raise BadInput("{kind} {day} needs a name or a reason", kind=kind, day=day)
        if (kind, day) in self.lines:
            raise BadInput("{kind} {day} stands above already", kind=kind, day=day)
        if kind == "removed" and ("holiday", day) not in self.lines:
            raise BadInput("removed {day}: no holiday line above has this date", day=day)
        self.lines[kind, day] = Line(kind, day, text, time, is_estimate)

    def _day(self, words: list[str], at: int, years: Iterable[int] = ()) -> date:
        day = strict_json.day(words[at] if len(words) > at else "", "date")
        if day.year not in {self.year, *years}:
            raise BadInput("{day} is not in {year}", day=day, year=self.year)
        return day

    def _period(self, row: str, words: list[str]) -> Period:
        first = self._day(words, 0)
        last = self._day(words, 1, [self.year + 1])
        if first > last:
            raise BadInput("the period ends on {last}, before it starts on {first}", last=last, first=first)
        settings = [word.partition("=") for word in words[2:] if "=" in word]
        if not settings:
            raise BadInput("the period changes nothing: write for example after_start=17:00")
        dates = {"from": first.isoformat(), "to": last.isoformat()}
        return Period(dates | _hours((key, value) for key, _, value in settings), row)


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
        strict_json.weekday(weekday, key)
    return hours
