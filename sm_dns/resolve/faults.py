"""What was raised on the way of single questions: counted, and told at most once a minute for each place.

No question is worth a worker. Whoever takes datagrams, messages, answers or timers hands here what was raised on the
way of one, and goes on with the next.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from traceback import walk_tb

from sm_dns.util.lately import Occurrences
from sm_dns.util.message import NOTHING, Message

SAY_SECONDS = 60.0  # between two lines about one place
MAX_PLACES = 256  # of which it is known when they were told
MAX_TEXT = 200  # characters of an error's own words

_PACKAGE = Path(__file__).parent.parent.name

log = logging.getLogger(__name__)


class Faults:
    """How many there were, `first` and `last` (POSIX seconds) and what the last one was. `now` tells the time."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.count = 0
        self.first = 0.0
        self.last = 0.0
        self.what = NOTHING
        self._now = now
        self._said: dict[str, float] = {}

    def note(self, error: Exception) -> None:
        """Count an error that cost a question its answer, and say so where that was not said just now."""
        place, now = place_of(error), self._now()
        self.what = Message("{place}: {error}", place=place, error=f"{error!r:.{MAX_TEXT}}")
        self.count += 1
        self.last = now
        if self.count == 1:
            self.first = now
        said = self._said.get(place)
        if said is not None and 0 <= now - said < SAY_SECONDS:
            return
        if len(self._said) >= MAX_PLACES:
            self._said.clear()
        self._said[place] = now
        log.error("a question failed by an error at %s; %d so far", self.what, self.count)

    def figures(self) -> Occurrences:
        """What there is to tell of them."""
        return Occurrences(self.count, self.first, self.last, self.what)


def place_of(error: Exception) -> str:
    """Where an error was raised, as `sm_dns/dns/scan.py:187`: in this package, else wherever it was."""
    places = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    ours = [(path, line) for path, line in places if _PACKAGE in path.parts]
    if not ours:
        return ":".join(map(str, places[-1])) if places else "an unknown place"
    path, line = ours[-1]
    parts = path.parts
    inside = len(parts) - 1 - parts[::-1].index(_PACKAGE)
    return f"{'/'.join(parts[inside:])}:{line}"
