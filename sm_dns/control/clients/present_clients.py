"""Who is where, kept up for the workers: sources of identity are looked at again and again while the policy asks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress

from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.collect.presence import NOBODY, PresenceKeeper, identities
from sm_dns.ipc.requests import Reached
from sm_dns.policy.clients import who
from sm_dns.policy.clients.asker import Asker
from sm_dns.policy.clients.presence import Presence, Rows
from sm_dns.policy.clients.who import Who
from sm_dns.util.clock import Clock
from sm_dns.util.finding import Finding, finding

LOOK_SECONDS = 0.75  # between two looks: a change holds within two seconds
BUSIEST = 0.25  # the share of the time that looking may take where there is much to look at

MAX_STRANGERS = 5  # of whom findings tell

log = logging.getLogger(__name__)

Tell = Callable[[Rows], Awaitable[object]]
"""Has whoever answers go by a table."""


class PresentClients:
    """`ask` tells what the policy asks for, and whether forwarders tell devices; `clock` is the service's."""

    def __init__(
        self,
        sources: IdentitySources,
        ask: Callable[[], tuple[frozenset[Who], bool]],
        tell: Tell,
        clock: Clock,
    ) -> None:
        self.looked = asyncio.Event()
        """Set after the first look, however that went."""
        self._sources = sources
        self._ask = ask
        self._tell = tell
        self._clock = clock
        self._keeper = PresenceKeeper(clock.offset)
        self._told: Rows = NOBODY
        self._trouble = ""
        self._asked: tuple[frozenset[Who], bool] = (frozenset(), False)
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Keep it up until cancelled."""
        while True:
            begun = time.monotonic()
            try:
                await self.look()
                self._trouble = ""
            except Exception as error:  # whatever it is: what was told last ends by itself
                trouble = f"{type(error).__name__}: {error}"
                if trouble != self._trouble:
                    log.exception("it could not be told who is where")
                self._trouble = trouble
            self.looked.set()
            took = time.monotonic() - begun
            await asyncio.sleep(max(LOOK_SECONDS, took * (1 / BUSIEST - 1)))

    async def look(self) -> None:
        """Look once, and tell what has changed."""
        async with self._turn:
            self._asked = named, has_devices = self._ask()
            if not named and not self._told:
                return
            rows = await asyncio.to_thread(self._rows, named, has_devices)
            if rows is not self._told:
                await self._tell(rows)
                self._told = rows

    async def follow(self) -> None:
        """Look at once where the policy asks for others than at the last look: whoever is told that it is in force
        may count on it."""
        if self._ask() == self._asked:
            return
        with suppress(Exception):  # whatever it is: the next look meets it too, and tells it
            await self.look()

    def _rows(self, named: frozenset[Who], has_devices: bool) -> Rows:
        now = self._clock.now() - self._clock.offset  # leases tell true time
        return self._keeper.look(self._sources.look(now), named, has_devices, now)

    def identities(self, address: str, named: Collection[Who] = ()) -> tuple[Who, ...]:
        """What the client at an address is known as now, of what the policy asks for and of what is `named`."""
        told = Presence(self._told).identities(Asker(address))
        if not named:
            return told
        now = self._clock.now() - self._clock.offset
        known = identities(self._sources.look(now).known_as(address, now))
        return tuple(one for one in known if one in named or one in told)

    def surest(self, address: str) -> Who | None:
        """What the client at an address is known as wherever it goes: its device, else its person, else None."""
        now = self._clock.now() - self._clock.offset
        known = self._sources.look(now).known_as(address, now)
        if known.device is not None:
            return who.who(who.DEVICE, known.device)
        return None if known.staff is None else who.who(who.STAFF, known.staff)

    def addresses(self, address: str) -> tuple[str, ...]:
        """Where the device at an address is now, that address first. Looks at everybody who is known."""
        now = self._clock.now() - self._clock.offset
        resolver = self._sources.look(now)
        device = resolver.known_as(address, now).device
        if device is None:
            return (address,)
        others = (one for one in resolver.askers() if resolver.known_as(one, now).device == device)
        return (address, *sorted(set(others) - {address}))

    def reach(self, named: Iterable[Who]) -> list[Reached]:
        """Whom each of these reaches now. Looks at everybody who is known."""
        now = self._clock.now() - self._clock.offset
        resolver = self._sources.look(now)
        known = {device: identities(resolver.known_as(f"{device}=", now)) for device in resolver.devices()}
        found: list[Reached] = []
        for text in sorted(named):
            places = sorted(key for key, one in self._told.items() if text in one.identities)
            there = {resolver.known_as(place, now).device or place for place in places}
            devices = there.union(device for device, told in known.items() if text in told)
            found.append(Reached(text, len(devices), len(there), tuple(places)))
        return found

    def findings(self, is_counting: bool) -> list[Finding]:
        """What wants a person; of the sources only where whoever is counting does not say it."""
        if self._trouble:
            return [finding("error", "it cannot be told who is where: {reason}", reason=self._trouble)]
        named = self._ask()[0]
        strangers = sorted(text for text in named if not self._sources.may_be(text))[:MAX_STRANGERS]
        found = [
            finding(
                "warning", "a rule is for {text}, which neither the staff map nor a network knows", text=text
            )
            for text in strangers
        ]
        if is_counting or not named:
            return found
        problems = self._sources.problems()
        return found + [finding("warning", "who is where: {reason}", reason=text) for text in problems]
