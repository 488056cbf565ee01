"""At each edge every resolver is asked, as its clients do, until it answers by it: how late each is, is on record."""

from __future__ import annotations

import asyncio
import logging
import secrets
import struct
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final, cast

from sm_dns.dns import names
from sm_dns.feeds import resolver_flips
from sm_dns.feeds.engines.ready import Place
from sm_dns.feeds.resolver_flips import ResolverFlip
from sm_dns.feeds.zones.expected import is_open_to
from sm_dns.feeds.zones.gate import GateState
from sm_dns.util.clock import utc_iso

MAX_PROBED: Final = 256  # resolvers; of more than that the first
PROBE_SECONDS: Final = 90.0  # a resolver that does not answer by an edge until then is on record as such
QUICK_SECONDS: Final = 5.0  # so long it is asked every `FIRST_PAUSE`, then every `LATER_PAUSE`
FIRST_PAUSE: Final = 0.05
LATER_PAUSE: Final = 1.0
_RESPONSE: Final = 0x80
_RECURSION_DESIRED: Final = 0x0100

log = logging.getLogger(__name__)


class Prober:
    """Asks `places` for the name `hours`, which is answered while closed and else does not exist."""

    def __init__(self, places: Iterable[Place], hours: str, state_dir: Path) -> None:
        self._places = tuple(places)[:MAX_PROBED]
        self._question = names.from_text(hours) + struct.pack("!HH", 1, 1)
        self._state_dir = state_dir
        self._probing: list[asyncio.Task[None]] = []

    def edge(self, before: GateState, after: GateState, instant: float, offset: float) -> None:
        """Begin to ask after an edge. `instant`: true POSIX seconds; a rehearsal is `offset` seconds ahead of it."""
        self.stop()
        loop = asyncio.get_running_loop()
        self._probing = [
            loop.create_task(self._probe(one, before, after, instant, offset)) for one in self._places
        ]

    def stop(self) -> None:
        """Ask nobody any more."""
        for each in self._probing:
            each.cancel()

    async def _probe(
        self, place: Place, before: GateState, after: GateState, instant: float, offset: float
    ) -> None:
        try:
            transport, asking = await asyncio.get_running_loop().create_datagram_endpoint(
                _Asking, remote_addr=(place.address, place.port)
            )
        except OSError:
            return  # there is no way to it now
        try:
            own = str(transport.get_extra_info("sockname")[0]).partition("%")[0]
            wanted = is_open_to(after, own)
            if wanted == is_open_to(before, own):
                return  # the edge is another network's
            lag = await self._lag(asking, wanted, instant)
        finally:
            transport.close()
        self._record(ResolverFlip(
            utc_iso(instant + offset), f"{place.address}:{place.port}", "permitted" if wanted else "denied", lag
        ))  # fmt: skip

    async def _lag(self, asking: _Asking, wanted: bool, instant: float) -> int | None:
        """Milliseconds from the instant to the first answer that is as wanted; None where none came."""
        while (passed := time.time() - instant) < PROBE_SECONDS:
            asking.ask(self._question)
            try:
                async with asyncio.timeout(LATER_PAUSE):
                    is_open = await asking.heard()
            except TimeoutError:
                continue
            if is_open == wanted:
                return max(0, round((time.time() - instant) * 1000))
            await asyncio.sleep(FIRST_PAUSE if passed < QUICK_SECONDS else LATER_PAUSE)
        return None

    def _record(self, flip: ResolverFlip) -> None:
        if flip.lag_ms is None:
            log.error("%s did not keep the edge of %s: see `sm-dns feeds check`", flip.resolver, flip.at)
        try:
            resolver_flips.record(self._state_dir, flip)
        except OSError as error:
            log.error("an edge at %s could not be recorded: %s", flip.resolver, error)


class _Asking(asyncio.DatagramProtocol):
    """One question at a time to one resolver."""

    def __init__(self) -> None:
        self._id = b""
        self._answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def ask(self, question: bytes) -> None:
        """Send a question; an answer to an earlier one is not heard any more."""
        assert self._transport is not None, "connected"
        self._id = secrets.token_bytes(2)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.sendto(self._id + struct.pack("!5H", _RECURSION_DESIRED, 1, 0, 0, 0) + question)

    async def heard(self) -> bool:
        """Whether the answer is that of an open gate."""
        return await self._answer

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) >= 12 and data[:2] == self._id and data[2] & _RESPONSE and not self._answer.done():
            self._answer.set_result(not int.from_bytes(data[6:8]))

    def error_received(self, exc: Exception) -> None:
        """It is away, perhaps for a moment."""
