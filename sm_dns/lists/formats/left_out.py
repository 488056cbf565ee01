"""What of a list gave nothing, line by line, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from sm_dns.util.message import Message

MAX_KEPT: Final = 10_000  # lines that are kept with their reasons; all are counted

# `unusable`: no known form. `beyond-dns`: a known form that says what no resolver can keep. `stays-open`: a name
# that lists of others never close.
Kind = Literal["unusable", "beyond-dns", "stays-open"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A line (from 1) that gave nothing though it is no comment, and why."""

    line: int
    reason: Message
    kind: Kind = "unusable"


@dataclass(slots=True)
class LeftOut:
    """Those lines of one list: how many of each kind, and the first `MAX_KEPT` of them in order."""

    lines: list[Problem] = field(default_factory=list)
    unusable: int = 0
    beyond_dns: int = 0
    stays_open: int = 0

    def add(self, problem: Problem) -> None:
        """Count one more line."""
        if problem.kind == "unusable":
            self.unusable += 1
        elif problem.kind == "beyond-dns":
            self.beyond_dns += 1
        else:
            self.stays_open += 1
        if len(self.lines) < MAX_KEPT:
            self.lines.append(problem)

    @property
    def total(self) -> int:
        """How many lines there are of all kinds."""
        return self.unusable + self.beyond_dns + self.stays_open

    def first(self) -> Problem | None:
        """The first line that says why a list cannot be used: an unusable one, if any."""
        unusable = (problem for problem in self.lines if problem.kind == "unusable")
        return next(unusable, self.lines[0] if self.lines else None)
