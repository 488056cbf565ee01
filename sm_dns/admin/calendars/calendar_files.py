"""Calendar files: plain lines that a person can read, accept and correct; the accepted file rules.

`NAME-YEAR.cal` is accepted, `NAME-YEAR.proposed` waits. A line is one of

    accepted WHEN by WHO: WHY
    holiday DATE NAME             proposed by the library, or read from an official table
    estimate DATE NAME            a holiday whose date may still change
    conditional DATE DATE... NAME a holiday on one of these days, each an ordinary one until it is settled which
    extra DATE NAME               declared afterwards
    removed DATE REASON           a `holiday` that is none
    kept DATE REASON              what is said of this day holds, whatever the library says
    workday DATE REASON           an extra working day; beats holiday and weekend
    half-day DATE HH:MM REASON    after-hours start then
    period FROM TO KEY=VALUE... NAME    other hours (`calendar_periods.py`)

or a comment after `#`. A name in two languages is "MALAY / ENGLISH".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import takewhile
from pathlib import Path

from sm_dns.admin.calendars import calendar_periods
from sm_dns.admin.calendars.calendar_periods import Period
from sm_dns.i18n.text import Text
from sm_dns.state.intent import Replaced
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text

YEARS = range(1970, 2101)  # of which there may be a calendar
MAX_BYTES = 1 << 20
MAX_POSSIBLE_DAYS = 4  # of one conditional holiday
ESTIMATE = "estimate"  # the word of a holiday's line whose date is one
CONDITIONAL = "conditional"
KEPT = "kept"
DATED = ("holiday", CONDITIONAL, "extra", "removed", "workday", "half-day", KEPT)
_WORDS = (*DATED, ESTIMATE)
# As earlier versions wrote it, in the name.
_OLD_ESTIMATE = " (estimated)"
_ESTIMATE_MARK = Text("(anggaran, tertakluk kepada perubahan)", "(estimate, subject to change)")
_A_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
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

    `is_estimate` is for a holiday whose date may still change; `others` are the further days on which a conditional
    one may be, in their order.
    """

    kind: str
    day: date
    text: str
    time: str | None = None
    is_estimate: bool = False
    others: tuple[date, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that it is about."""
        return (self.day, *self.others)

    @property
    def shown(self) -> str:
        """The name as people read it, in both languages where it has both."""
        if not self.is_estimate:
            return self.text
        name = Text.both(self.text)
        return f"{name.ms} {_ESTIMATE_MARK.ms} / {name.en} {_ESTIMATE_MARK.en}"

    def __str__(self) -> str:
        word = ESTIMATE if self.is_estimate else self.kind
        days = (day.isoformat() for day in self.days)
        return " ".join(part for part in (word, *days, self.time, self.text) if part)


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

    @property
    def holidays(self) -> dict[date, Line]:
        """What is a holiday, by date: those proposed and not removed, and those declared."""
        removed = self.of("removed")
        kept = {day: line for day, line in self.of("holiday").items() if day not in removed}
        return kept | self.of("extra")

    @property
    def unsettled(self) -> list[Line]:
        """The conditional holidays: on one of their days, and not said yet on which."""
        return sorted(self.of(CONDITIONAL).values(), key=lambda line: line.day)

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


def written(path: Path, calendar: CalendarFile) -> Replaced:
    """A calendar as the content of its file. Raises `BadInput` where the file would say something else."""
    text = calendar.render()
    read_back = parse(text, path, calendar.name, calendar.year)
    # A reason with a line break must not become a line of its own.
    if set(read_back.lines) != set(calendar.lines) or read_back.periods != calendar.periods:
        raise BadInput("a name or a reason is one line of text")
    return Replaced(path, text.encode())


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
        elif kind == calendar_periods.WORD:
            self.periods.append(calendar_periods.read_period(row, self.year))
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
        day = self._day(words[0] if words else "")
        others: tuple[date, ...] = ()
        time = None
        if kind == "half-day":
            time = words[1] if len(words) > 1 else ""
            strict_json.clock(time, "half-day")
        elif kind == CONDITIONAL:
            others = tuple(self._day(each) for each in takewhile(_A_DATE.fullmatch, words[1:]))
        text = " ".join(words[1 + len(others) + bool(time) :])
        is_estimate = word == ESTIMATE or (kind == "holiday" and _OLD_ESTIMATE in text)
        text = text.replace(_OLD_ESTIMATE, "") if kind == "holiday" else text
        if not text:
            raise BadInput("{kind} {day} needs a name or a reason", kind=kind, day=day)
        if (kind, day) in self.lines:
            raise BadInput("{kind} {day} stands above already", kind=kind, day=day)
        if kind == "removed" and ("holiday", day) not in self.lines:
            raise BadInput("removed {day}: no holiday line above has this date", day=day)
        if kind == CONDITIONAL:
            day, *rest = self._possible((day, *others))
            others = tuple(rest)
        self.lines[kind, day] = Line(kind, day, text, time, is_estimate, others)

    def _possible(self, days: tuple[date, ...]) -> list[date]:
        """The days of a conditional holiday in their order. Raises `BadInput` where no settling could tell them."""
        if len(set(days)) < len(days) or not 2 <= len(days) <= MAX_POSSIBLE_DAYS:
            raise BadInput("a conditional holiday has two to {most} different days", most=MAX_POSSIBLE_DAYS)
        for line in self.lines.values():
            taken = {*line.days} & {*days} if line.kind == CONDITIONAL else set()
            if taken:
                raise BadInput("{day} is a day of {text} already", day=min(taken), text=line.text)
        return sorted(days)

    def _day(self, written: str) -> date:
        day = strict_json.day(written, "date")
        if day.year != self.year:
            raise BadInput("{day} is not in {year}", day=day, year=self.year)
        return day
