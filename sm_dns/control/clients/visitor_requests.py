"""Requests of staff for a closed site: taken from the portal, kept, forgotten in time; how they stand told back.

The portal talks to whoever comes, so nothing that it says is believed: whether the site is closed to that client,
and by which listing, is decided here anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from sm_dns.control.clients.present_clients import PresentClients
from sm_dns.control.clients.undelivered import Carry, Undelivered
from sm_dns.control.processes.portal_process import Portal
from sm_dns.control.service_log import ServiceLog
from sm_dns.dns import names
from sm_dns.generation.directory import Generation
from sm_dns.generation.requests import RequestPlan
from sm_dns.ipc import children
from sm_dns.ipc.visitor_requests import RequestStanding, Wanted, checked
from sm_dns.policy.decide import askable
from sm_dns.policy.snapshot import Snapshot
from sm_dns.state import access_requests, exemptions_store
from sm_dns.state.access_requests import AccessRequest
from sm_dns.state.fleet.role import is_node
from sm_dns.util.errors import BadInput
from sm_dns.util.fingerprint import Fingerprint, fingerprint
from sm_dns.util.message import reason_of

SITE_LIST = "site:"  # how the lists of the site itself are called, whose names are of no service
TURN_SECONDS = 0.4  # how often the portal is asked, and the file looked at
REST_SECONDS = 2.0  # the same where there is no portal
TOLD_SECONDS = 2 * 86_400  # how long a visitor is told of what has ended
FORGET_SECONDS = 3_600.0  # between looks whether something is to be forgotten
MAIL_SECONDS = 60.0  # between two mails: what comes meanwhile is told together

log = logging.getLogger(__name__)


class VisitorRequests:
    """`current`: the generation in force; `policy`: its policy under the switches; `clock`: true POSIX seconds;
    `carry`: has the primary of a fleet keep what was asked at a node."""

    def __init__(
        self,
        config: Path,
        state_dir: Path,
        portal: Portal,
        current: Callable[[], Generation],
        policy: Callable[[], Snapshot],
        present: PresentClients,
        service_log: ServiceLog,
        clock: Callable[[], float],
        carry: Carry,
    ) -> None:
        self._config = config
        self._state_dir = state_dir
        self._portal = portal
        self._current = current
        self._policy = policy
        self._present = present
        self._service_log = service_log
        self._clock = clock
        self._undelivered = Undelivered(carry, clock)
        self._told: tuple[int | None, Fingerprint, tuple[RequestStanding, ...]] | None = None
        self._forget_at = self._mail_at = 0.0
        self._untold: list[str] = []
        self._mailing: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Take turns until cancelled."""
        while True:
            try:
                await self._turn()
            except Exception as error:  # whatever one of them is made of, the next one is taken
                log.error(
                    "requests of visitors: %s", error, exc_info=not isinstance(error, BadInput | OSError)
                )
                await asyncio.sleep(10 * TURN_SECONDS)
            is_needed = self._portal.pid is not None or self._current().service.requests is not None
            await asyncio.sleep(TURN_SECONDS if is_needed else REST_SECONDS)

    async def _turn(self) -> None:
        plan = self._current().service.requests
        if plan is not None:
            for wanted in await self._portal.take_requests():
                self._keep(plan, wanted)
            self._undelivered.turn()
            if not is_node(self._state_dir):
                self._forget(plan)
                self._mail(plan)
        await self._tell()

    def _keep(self, plan: RequestPlan, wanted: Wanted) -> None:
        now = int(self._clock())
        try:
            judged = self._judged(plan, wanted, now)
            if is_node(self._state_dir):
                self._undelivered.add(judged)
                return
            made = access_requests.add(self._state_dir, judged, self._service_log.trail)
        except (BadInput, OSError) as error:
            log.warning("a request of %s is not taken: %s", wanted.client, error)
            return
        if plan.mails and made.id not in self._untold:
            self._untold.append(made.id)

    def _judged(self, plan: RequestPlan, wanted: Wanted, now: int) -> AccessRequest:
        """A request to be. Raises `BadInput` for what is not closed to that client, or says nonsense."""
        wanted = checked(wanted, plan.departments, now, now + plan.longest)
        snapshot = self._policy()
        client = snapshot.clients.classify(wanted.client, self._present.identities(wanted.client))
        try:
            qname = names.from_text(wanted.site)
        except names.BadName as error:
            raise BadInput(reason_of(error)) from error
        match = None if client is None else askable(snapshot, client, qname, now)
        if match is None:
            raise BadInput("{site} is not closed to {client}", site=wanted.site, client=wanted.client)
        return AccessRequest(
            id="new",
            client=wanted.client,
            site=names.to_text(qname),
            service="" if match.tag.list.startswith(SITE_LIST) else match.tag.service,
            category=match.tag.category,
            name=wanted.name,
            department=wanted.department,
            purpose=wanted.purpose,
            made=now,
            until=wanted.until,
            who=self._present.surest(wanted.client),
        )

    def _forget(self, plan: RequestPlan) -> None:
        now = self._clock()
        if now >= self._forget_at:
            self._forget_at = now + FORGET_SECONDS
            access_requests.forget(self._state_dir, now - plan.keep, now, self._service_log.trail)

    def _mail(self, plan: RequestPlan) -> None:
        """Have it mailed what is new, by a child that may take long."""
        now = self._clock()
        is_busy = self._mailing is not None and not self._mailing.done()
        if not (plan.mails and self._untold) or is_busy or now < self._mail_at:
            return
        self._mail_at = now + MAIL_SECONDS
        told, self._untold = self._untold, []
        self._mailing = asyncio.get_running_loop().create_task(self._send(told))

    async def _send(self, request_ids: list[str]) -> None:
        try:
            await children.mail_requests(self._config, request_ids)
        except BadInput as error:
            self._service_log.failure("nobody was told of requests by mail: {reason}", reason=error)

    async def _tell(self) -> None:
        """Tell the portal how requests stand, where that, the file or its process is another."""
        if self._portal.pid is None:
            self._told = None
            return
        now = self._clock()
        mark = fingerprint(self._state_dir / name for name in (access_requests.FILE, exemptions_store.FILE))
        rows = self._told[2] if self._told is not None and self._told[1] == mark else None
        if rows is None or any(_is_due(row, now) for row in rows):
            rows = self._standings(now)
        found = (self._portal.pid, mark, rows)
        if found != self._told:
            pid = await self._portal.note_standings(rows)
            self._told = None if pid is None else (pid, mark, rows)

    def _standings(self, now: float) -> tuple[RequestStanding, ...]:
        granted = {one.id for one in exemptions_store.load(self._state_dir)}
        return tuple(
            _standing(each, granted, now)
            for each in access_requests.load(self._state_dir)
            if now - (each.over_since(now) or now) < TOLD_SECONDS
        )


def _standing(request: AccessRequest, granted: set[str], now: float) -> RequestStanding:
    return RequestStanding(
        id=request.id,
        client=request.client,
        site=request.site,
        state=request.state_with(granted, now),
        until=request.ends,
        reason=request.reason,
        exemption=request.exemption,
    )


def _is_due(row: RequestStanding, now: float) -> bool:
    return row.state in ("waiting", "approved") and now >= row.until
