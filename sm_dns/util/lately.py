"""Something that should not happen and did: how often, since when, and how it was the last time."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.util.clock import utc_iso
from sm_dns.util.message import NOTHING, Message, Value

ALARM_SECONDS = 86_400.0  # after the last time, during which it is an alarm


@dataclass(frozen=True)
class Occurrences:
    """What there is to tell of it. `first` and `last` are POSIX seconds, 0 where it never happened."""

    count: int
    first: float
    last: float
    what: Message

    def told(self) -> dict[str, Value]:
        """The values of a sentence that tells of it: {count}, {since}, {last}, {what}."""
        return {
            "count": self.count,
            "since": utc_iso(self.first),
            "last": utc_iso(self.last),
            "what": self.what,
        }


@dataclass
class Lately:
    """`first` and `last` are POSIX seconds. What has not happened for `ALARM_SECONDS` is begun to be counted anew."""

    count: int = 0
    first: float = 0.0
    last: float = 0.0
    what: Message = NOTHING

    def note(self, what: Message, now: float) -> None:
        """It has happened again."""
        if not is_recent(self.last, now):
            self.count = 0
        if not self.count:
            self.first = now
        self.count += 1
        self.last = now
        self.what = what

    def figures(self) -> Occurrences:
        """As it stands now."""
        return Occurrences(self.count, self.first, self.last, self.what)


def is_recent(last: float, now: float) -> bool:
    """Whether what happened at `last` (0: never) is still an alarm at `now`; a clock may have been set back since."""
    return bool(last) and now - last < ALARM_SECONDS
