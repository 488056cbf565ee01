"""Who tried to get in and did not, for the audit (AUD-1): counted, so that guessing does not fill it.

Of one origin the first failure is a line, then the one that locks it out, then each time the failures have doubled.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from sm_dns.state.audit import Trail
from sm_dns.web.auth.throttle import FREE_TRIES

MAX_LINES = 100  # an hour, of all origins together; what is beyond them is counted in the next line
_HOUR = 3600.0

SOMEBODY = "somebody at "  # before the address of who gave no name that there is

log = logging.getLogger(__name__)


class Attempts:
    """Writes some of the failures by `trail`, which makes the audit of whoever is named."""

    def __init__(self, trail: Callable[[str], Trail]) -> None:
        self._trail = trail
        self._lock = threading.Lock()
        self._written: deque[float] = deque()
        self._untold = 0

    def failed(self, what: str, origin: str, target: str, failures: int, now: float) -> None:
        """A try failed, the `failures`th of its origin. what: "login", "token" …; target: a user that there is.

        A name that nobody has is not written: people type passwords into the wrong field.
        """
        if not _is_told(failures):
            return
        with self._lock:
            while self._written and now - self._written[0] > _HOUR:
                self._written.popleft()
            if len(self._written) >= MAX_LINES:
                self._untold += 1
                return
            self._written.append(now)
            untold, self._untold = self._untold, 0
        state = "locked" if failures >= FREE_TRIES else "failed"
        detail = {"failures": failures, **({"untold": untold} if untold else {})}
        try:
            self._trail(f"{SOMEBODY}{origin}").note(f"{what} {state}", target, detail=detail)
        except OSError as error:
            log.warning("a failed %s could not be audited: %s", what, error)


def _is_told(failures: int) -> bool:
    """The first, the one that locks out, and then 2, 4, 8 … times as many."""
    times, rest = divmod(failures, FREE_TRIES)
    return failures == 1 or (rest == 0 and times & (times - 1) == 0)
