"""Who is where now: what the client at an address, or with a device, is known as, and until when that is believed.

Made by the control process from leases, neighbours, logons and the staff map, and only of what the policy asks for.
What is believed ends by itself: whoever gets an address next inherits nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sm_dns.policy.clients import who
from sm_dns.policy.clients.asker import Asker
from sm_dns.policy.clients.who import Who
from sm_dns.util import ip_networks

MAX_PRESENT = 262_144  # addresses and devices of which something is known


class Present(NamedTuple):
    """What somebody is known as, the most telling first, until before an instant (POSIX seconds)."""

    identities: tuple[Who, ...]
    until: float


Rows = Mapping[str, Present]
"""By canonical address, or by device where a forwarder tells devices."""


class Presence:
    """The table as a worker goes by it."""

    def __init__(self, rows: Rows | None = None) -> None:
        self._rows: dict[str, Present] = dict(rows or {})
        self.next_end = self._earliest()
        """When the first of what is known ends (POSIX seconds), infinity for never."""

    def identities(self, asker: Asker) -> tuple[Who, ...]:
        """What one who asks is known as. A device that a forwarder told is believed, whatever the address."""
        if asker.device:
            own = who.who(who.DEVICE, asker.device)
            told = self._rows.get(asker.device)
            return (own, *(one for one in told.identities if one != own)) if told else (own,)
        if not self._rows:
            return ()
        found = self._rows.get(asker.address) or self._rows.get(ip_networks.canonical(asker.address) or "")
        return found.identities if found else ()

    def take(self, rows: Iterable[tuple[str, Present]], gone: Iterable[str]) -> bool:
        """Go by these further rows, and no more by those under the keys that are gone.

        Whether anybody is known as something else than before.
        """
        is_another = False
        for key in gone:
            is_another |= self._rows.pop(key, None) is not None
        for key, present in rows:
            old = self._rows.get(key)
            is_another |= old is None or old.identities != present.identities
            if old is not None or len(self._rows) < MAX_PRESENT:
                self._rows[key] = present
        self.next_end = self._earliest()
        return is_another

    def end(self, now: float) -> bool:
        """Forget what is believed no more at `now`; whether there was something."""
        if now < self.next_end:
            return False
        self._rows = {key: one for key, one in self._rows.items() if now < one.until}
        self.next_end = self._earliest()
        return True

    def _earliest(self) -> float:
        return min((one.until for one in self._rows.values()), default=math.inf)
