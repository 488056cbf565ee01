"""NOTIFY (RFC 1996): who is behind is told, and told again until it has asked and taken the zone."""

from __future__ import annotations

import asyncio
import secrets
import struct
from collections.abc import Callable
from typing import Final

from sm_dns.feeds.primary.published_zone import PublishedZone
from sm_dns.feeds.primary.secondaries import Secondaries, Secondary
from sm_dns.feeds.wire.messages import transfer_messages
from sm_dns.feeds.wire.requests import NOTIFY
from sm_dns.feeds.wire.tsig import Signer
from sm_dns.feeds.zones.records import SOA

PAUSES: Final = (0.25, 0.5, 1.0, 2.0, 2.5, 6.0, 12.0, 40.0)
"""Seconds between two rounds. One comes 6.25 s after the first: some engines swallow what comes sooner."""
PATIENT_AFTER: Final = 4
"""From this round on whoever asked and took nothing is told again too."""
AT_ONCE: Final = 50
BETWEEN_SECONDS: Final = 0.002
"""So many are told, then so long those who were are heard: what all of them answer at once the kernel would drop."""
_FLAGS: Final = NOTIFY << 11 | 0x0400  # with AA (RFC 1996 §3.7)

Send = Callable[[bytes, Secondary], None]


class Notifier:
    """Tells of changes. `send` puts a datagram on its way to a secondary; `now` is true POSIX seconds."""

    def __init__(self, secondaries: Secondaries, send: Send, now: Callable[[], float]) -> None:
        self._secondaries = secondaries
        self._send = send
        self._now = now
        self._rounds: dict[str, asyncio.Task[None]] = {}

    def tell(self, zone: PublishedZone) -> None:
        """Begin to tell of a zone's serial; what was told of an earlier one is over. Needs a running event loop."""
        before = self._rounds.pop(zone.name.short, None)
        if before is not None:
            before.cancel()
        self._rounds[zone.name.short] = asyncio.get_running_loop().create_task(self._tell(zone))

    def stop(self) -> None:
        """Tell nobody any more."""
        for each in self._rounds.values():
            each.cancel()

    async def _tell(self, zone: PublishedZone) -> None:
        began = self._now()
        serial = zone.serial
        (message,) = transfer_messages(zone.name, (zone.soa(),), SOA)
        for number, pause in enumerate((*PAUSES, 0.0)):
            for at, one in enumerate(self._secondaries.all, 1):
                if not at % AT_ONCE:
                    await asyncio.sleep(BETWEEN_SECONDS)
                progress = one.of(zone.name.short)
                has_asked = progress.asked >= began and number < PATIENT_AFTER
                if progress.serial != serial and not has_asked:
                    progress.notified = self._now()
                    self._send(self._message(message, one), one)
            await asyncio.sleep(pause)

    def _message(self, rendered: bytes, one: Secondary) -> bytes:
        message = secrets.token_bytes(2) + struct.pack("!H", _FLAGS) + rendered[4:]
        return message if one.key is None else Signer(one.key).sign(message, self._now())
