"""The switches in force: read from their file, and made known to those who answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from sm_dns.ipc.orders import Answer, Heeded
from sm_dns.policy.clients.switches import Switch, in_order, read_file
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import Message, reason_of

Heed = Callable[[], Awaitable[Sequence[Answer | None]]]
"""Has everybody who answers read the file; their answers, None of one that is down."""


class Switchboard:
    """`heed` reaches those who answer. One that starts reads the file by itself."""

    def __init__(self, file: Path, heed: Heed) -> None:
        self.file = file
        self.switches: tuple[Switch, ...] = ()
        self._heed = heed
        self._problem: Message | None = None
        self._over: tuple[Snapshot, tuple[Switch, ...], Snapshot] | None = None
        self._seen = fingerprint([self.file])
        self._read()

    async def look(self) -> bool:
        """Take up the file where it has changed since it was last looked at; whether it has."""
        seen = fingerprint([self.file])
        if seen == self._seen:
            return False
        await self.take_up()
        return True

    async def take_up(self) -> int:
        """Go by the file as it is now, and have all others do so; how many of them do.

        Raises `BadInput` where it cannot be read: what was in force stays.
        """
        self._seen = fingerprint([self.file])
        self._read()
        if self._problem is not None:
            raise BadInput(self._problem)
        return sum(isinstance(answer, Heeded) for answer in await self._heed())

    def _read(self) -> None:
        try:
            self.switches = read_file(self.file)
            self._problem = None
        except (BadInput, OSError) as error:
            self._problem = Message("the switches stay as they were: {reason}", reason=reason_of(error))

    def over(self, snapshot: Snapshot) -> Snapshot:
        """A policy under the switches; the same object for the same policy and switches."""
        known = self._over
        if known is None or known[0] is not snapshot or known[1] is not self.switches:
            known = self._over = (snapshot, self.switches, snapshot.switched(self.switches))
        return known[2]

    def in_force(self, now: float) -> list[Switch]:
        """Those that hold at `now` (POSIX seconds), the one that decides first, first."""
        return [one for one in in_order(self.switches) if one.starts <= now < one.expires]

    def findings(self) -> list[Finding]:
        """What wants a person."""
        return [] if self._problem is None else [finding("error", "{reason}", reason=self._problem)]
