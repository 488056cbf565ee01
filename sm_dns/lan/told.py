"""What a source of leases told."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from sm_dns.monitor.identity.leases.lease import Reading


class Told(NamedTuple):
    """Its leases, the form they have, and when it was written (POSIX seconds)."""

    reading: Reading
    form: str
    written: float


class LeaseReader(Protocol):
    """A source that is looked at again and again."""

    def changed(self, now: float) -> Told | None:
        """Its leases, None where they are as they were last. `now`: POSIX seconds.

        Raises `BadInput` or `OSError`; then it is read again at the next call, changed or not.
        """
