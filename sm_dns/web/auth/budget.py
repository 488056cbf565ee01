"""How many different figures somebody may look at in a day (PRIV-3): who needs hundreds puts persons together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from sm_dns.web.auth.accounts import AUDITOR, HEAD
from sm_dns.web.auth.roles import Person, Refused

SELECTIONS_A_DAY = {AUDITOR: 200, HEAD: 60}
DAY_SECONDS = 86_400
MAX_KNOWN = 4096  # accounts and tokens of a day


class Budget:
    """Counts selections of each person and token in a day of UTC; the administrator has no bound.

    clock: POSIX seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._day = -1
        self._seen: dict[str, set[Hashable]] = {}

    def spend(self, person: Person, *selections: Hashable) -> None:
        """Somebody looks at selections; one that was looked at on this day costs nothing. Raises `Refused`."""
        most = SELECTIONS_A_DAY.get(person.role)
        if most is None:
            return
        now = self._clock()
        with self._lock:
            if int(now // DAY_SECONDS) != self._day:
                self._day, self._seen = int(now // DAY_SECONDS), {}
            seen = self._seen.get(person.name, set())
            looked = seen.union(selections)
            if len(looked) > most or len(self._seen | {person.name: seen}) > MAX_KNOWN:
                left = DAY_SECONDS - now % DAY_SECONDS
                raise Refused(
                    429, "these are more figures than your role looks at in a day: {most}", left, most=most
                )
            self._seen[person.name] = looked
