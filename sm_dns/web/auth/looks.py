"""Who looked at what, for the audit (AUD-1): one line a session, view and selection; of a token one an hour."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping

from sm_dns.state.audit import Trail
from sm_dns.util.strict_json import Json
from sm_dns.web.auth.roles import Person

LOOK_SECONDS = 3600.0  # in which one selection of a program is one line
MAX_LOOKS = 4096  # remembered; what was forgotten is a line again

_Look = tuple[str, str, tuple[tuple[str, Json], ...]]


class Looks:
    """Writes a look by `trail` before anything is shown: what cannot be recorded is not seen."""

    def __init__(self, trail: Callable[[Person], Trail], clock: Callable[[], float]) -> None:
        self._trail = trail
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[_Look, None] = OrderedDict()

    def note(self, person: Person, view: str, selection: Mapping[str, Json]) -> None:
        """Somebody looks at a view; selection: which part of it. Raises `OSError`."""
        look = (self._who(person), view, tuple(sorted(selection.items())))
        with self._lock:
            if look in self._known:
                self._known.move_to_end(look)
                return
            self._trail(person).note(f"{view} viewed", view, detail=selection)
            self._known[look] = None
            while len(self._known) > MAX_LOOKS:
                self._known.popitem(last=False)

    def _who(self, person: Person) -> str:
        if person.session is not None:
            return person.session.csrf
        return f"{person.name} {self._clock() // LOOK_SECONDS:.0f}"
