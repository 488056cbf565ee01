"""DNSSEC by the clock: whether who is said to validate does, and which names our own unbound does not check."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sm_dns.control.scheduler import Scheduler
from sm_dns.control.service_log import ServiceLog
from sm_dns.dns import names
from sm_dns.generation.service import Service
from sm_dns.generation.validation import OwnUnbound, ValidationPlan
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.state import negative_trust_anchors
from sm_dns.state.fleet.role import is_node
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular, replace_by
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message, reason_of
from sm_dns.validation import unbound_control
from sm_dns.validation.three_names import Outcome, ThreeNames, ask_three_names

JOB = "validation:"
CHECK_SECONDS = 86_400  # between two times that the three names are asked
FIRST_CHECK_SECONDS = 10.0  # after which that is done first: upstreams start too
KEEP_SECONDS = 15  # between two looks at what our own unbound holds
HANDED = "handed"  # beside its file: the digest of what it was last told to read
MAX_CONFIGURATION = 1 << 20

log = logging.getLogger(__name__)

Flush = Callable[[bytes], Awaitable[int]]
"""Have every worker forget a name and all below it."""


class Validation:
    """Plans its jobs where somebody is said to validate. A rehearsal asks nobody and changes nothing."""

    def __init__(
        self, state_dir: Path, clock: Clock, scheduler: Scheduler, service_log: ServiceLog, flush: Flush
    ) -> None:
        self._state_dir = state_dir
        self._clock = clock
        self._scheduler = scheduler
        self._service_log = service_log
        self._flush = flush
        self._plan: ValidationPlan | None = None
        self._outcomes: tuple[Outcome, ...] = ()
        self._untold: Message | None = None

    def plan(self, service: Service) -> None:
        """Set the jobs for the configuration in force."""
        plan = None if self._clock.rehearsal else service.validation
        if plan != self._plan:
            self._outcomes = ()
            self._untold = None
            self._scheduler.keep_only(JOB, {})
        self._plan = plan
        if plan is not None:
            first = time.time() + FIRST_CHECK_SECONDS
            self._scheduler.every(f"{JOB}names", CHECK_SECONDS, first, self._check)
            self._scheduler.every(f"{JOB}anchors", KEEP_SECONDS, time.time(), self._keep)

    def findings(self) -> list[Finding]:
        """What the three names told last, and that our own unbound cannot be told."""
        found = [each for outcome in self._outcomes for each in outcome.findings()]
        if self._untold is not None:
            found.append(
                finding("warning", "negative trust anchors are not kept: {reason}", reason=self._untold)
            )
        return found

    async def _check(self) -> None:
        plan = self._plan
        if plan is None:
            return
        wanted = ThreeNames(plan.signed, plan.unsigned, plan.bogus)
        servers = [UpstreamAddress(*row) for row in plan.upstreams]
        outcomes = [await asyncio.to_thread(ask_three_names, server, wanted) for server in servers]
        if plan != self._plan:
            return  # another configuration is in force meanwhile
        self._outcomes = tuple(outcomes)
        for each in self.findings():
            if each.level == "error":
                self._service_log.failure(each.text)

    async def _keep(self) -> None:
        """End what is over, and have our own unbound hold what is in force."""
        plan = self._plan
        now = self._clock.now()
        try:
            if not is_node(self._state_dir):
                negative_trust_anchors.expire(self._state_dir, now, self._service_log.trail)
            if plan is None or plan.unbound is None:
                self._untold = None
                return
            wanted = negative_trust_anchors.in_force(self._state_dir, now)
            changed = await asyncio.to_thread(_told, plan.unbound, wanted)
        except (OSError, BadInput) as error:
            self._say_untold(reason_of(error))
            return
        self._untold = None
        for name in sorted(changed):
            await self._flush(names.from_text(name))

    def _say_untold(self, reason: Message) -> None:
        if reason != self._untold:
            log.warning("negative trust anchors are not kept: %s", reason)
        self._untold = reason


def _told(unbound: OwnUnbound, wanted: frozenset[str]) -> frozenset[str]:
    """Have our own unbound read its file where that is another one, and hold these; the names that changed.

    Raises `BadInput`, `OSError`.
    """
    configuration, control = Path(unbound.configuration), Path(unbound.control)
    mark = configuration.with_name(HANDED)
    digest = hashlib.sha256(read_regular(configuration, limit=MAX_CONFIGURATION)).hexdigest().encode()
    if _held(mark) != digest:
        unbound_control.command(control, "reload")
        replace_by(mark, digest, mode=0o644)
    return unbound_control.reconcile(control, wanted)


def _held(mark: Path) -> bytes:
    try:
        return read_regular(mark, limit=MAX_CONFIGURATION)
    except BadInput:
        return b""
