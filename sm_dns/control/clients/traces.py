"""The trace: one client's questions, for ten minutes at most, and gone afterwards.

It is how "this page does not load" is solved without a log of questions. Nothing of it reaches a disk but that it was
begun, by whom and why, and that it ended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from sm_dns.control.clients.present_clients import PresentClients
from sm_dns.control.processes.workers import Workers
from sm_dns.control.service_log import ServiceLog
from sm_dns.ipc.orders import Trace as Order
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.state.one_line import one_line
from sm_dns.util import ip_networks
from sm_dns.util.clock import utc_iso
from sm_dns.util.durations import format_duration
from sm_dns.util.errors import BadInput, about
from sm_dns.util.finding import Finding, finding
from sm_dns.util.strict_json import Json

MAX_TRACE_SECONDS = 600
MAX_TRACED_ADDRESSES = 16  # of one device
MAX_SECONDS_UNASKED = 30.0  # a trace that nobody looks at ends
LAST_LOOK_SECONDS = 2.0  # after its end, in which the last questions are taken

NOBODY = Order((), 0.0)


@dataclass(frozen=True, slots=True)
class Trace:
    """Whose questions are traced until before an instant (POSIX seconds), by whom and why; the address that was named
    comes first."""

    addresses: tuple[str, ...]
    until: float
    by: str
    reason: str


class Traces:
    """At most one at a time. `now` tells POSIX seconds as the workers count them."""

    def __init__(
        self, workers: Workers, present: PresentClients, service_log: ServiceLog, now: Callable[[], float]
    ) -> None:
        self.current: Trace | None = None
        self._workers = workers
        self._present = present
        self._service_log = service_log
        self._now = now
        self._questions = 0
        self._asked = 0.0
        self._watch: asyncio.Task[None] | None = None

    async def begin(self, client: str, seconds: int, by: str, reason: str) -> Trace:
        """Trace the client at an address, at all addresses that its device is known to have.

        Raises `BadInput` for what cannot be, where one is traced already, and where it cannot be recorded.
        """
        address = _checked(client, seconds, by, reason)
        addresses = await asyncio.to_thread(self._present.addresses, address)
        if self.current is not None:
            raise BadInput(
                "{client} is traced already, by {by}", client=self.current.addresses[0], by=self.current.by
            )
        trace = Trace(addresses[:MAX_TRACED_ADDRESSES], self._now() + seconds, by, reason)
        try:
            self._service_log.record("trace begun", address, {"by": by, "reason": reason, "seconds": seconds})
        except OSError as error:
            raise BadInput("the audit could not be written: {reason}", reason=error) from error
        self.current, self._questions, self._asked = trace, 0, self._now()
        self._watch = asyncio.get_running_loop().create_task(self._end_in_time(trace))
        await self._workers.trace(Order(trace.addresses, trace.until))
        return trace

    async def take(self) -> tuple[list[TracedQuestion], int]:
        """The questions since the last taking, by time, and how many were too many to be kept."""
        if self.current is None:
            return [], 0
        self._asked = self._now()
        taken, lost = await self._workers.take_traced()
        self._questions += len(taken) + lost
        return sorted(taken, key=lambda one: one.at), lost

    async def end(self) -> None:
        """Trace nobody any more."""
        trace, self.current = self.current, None
        if trace is not None:
            await self._workers.trace(NOBODY)
            detail = dict[str, Json](by=trace.by, questions=self._questions)
            self._service_log.note("trace ended", trace.addresses[0], detail)

    async def _end_in_time(self, trace: Trace) -> None:
        """End it a little after its time, when whoever looks has taken the last of it; sooner where nobody looks."""
        while self.current is trace:
            end = min(trace.until + LAST_LOOK_SECONDS, self._asked + MAX_SECONDS_UNASKED)
            left = end - self._now()
            if left <= 0:
                await self.end()
            else:
                await asyncio.sleep(left)

    def findings(self) -> list[Finding]:
        """That somebody is traced, so that it is no secret."""
        trace = self.current
        if trace is None:
            return []
        return [
            finding(
                "warning",
                "the questions of {client} are traced until {until}, by {by}: {reason}",
                client=trace.addresses[0],
                until=utc_iso(trace.until),
                by=trace.by,
                reason=trace.reason,
            )
        ]


def _checked(client: str, seconds: int, by: str, reason: str) -> str:
    """The canonical address of whom a trace is for. Raises `BadInput`."""
    address = ip_networks.canonical(client)
    if address is None:
        raise BadInput("{client!r} is not an IP address", client=client)
    if not 0 < seconds <= MAX_TRACE_SECONDS:
        raise BadInput("a trace is for {longest} at most", longest=format_duration(MAX_TRACE_SECONDS))
    for field, text in (("by", by), ("reason", reason)):
        with about(field):
            if not text.strip():
                raise BadInput("is missing")
            one_line(text)
    return address
