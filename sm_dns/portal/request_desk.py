"""Where staff ask for a closed site: the form's token, what was asked until the control process takes it, and how
requests stand, as that process says.

A form is believed by a token that its page had, made for this address and this host: a page of another site can have
a browser send a form, but cannot read ours. No cookie is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from sm_dns.dns import names
from sm_dns.ipc.visitor_requests import MAX_TAKEN, RequestStanding, Wanted, checked
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.decide import askable
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.page.requests import Asked, Form, Row
from sm_dns.portal.settings import PortalSettings
from sm_dns.portal.visitor_status import Standing
from sm_dns.util import ip_networks, walltime
from sm_dns.util.errors import BadInput

TOKEN_SECONDS = 8 * 3_600  # that a page may stand open before its form is sent
MAX_FIELDS = 8  # of a form
MAX_BY_CLIENT = 3  # requests of an address that wait
MAX_A_DAY = 12  # requests of an address on a day
MAX_A_MINUTE = 30  # requests of everybody
MAX_WAITING = 200  # requests that wait, of everybody
MAX_SHOWN = 12  # requests of an address on a page
MAX_CLIENTS = 4_096  # addresses whose requests are counted
_DAY = 86_400
_MINUTE = 60


class Unfit(Exception):
    """A form that is not taken. problem: which sentence says why; entered: what stood in it; status: of HTTP."""

    def __init__(self, problem: str, entered: dict[str, str], status: int = 400) -> None:
        super().__init__(problem)
        self.problem = problem
        self.entered = entered
        self.status = status


class Visit(NamedTuple):
    """Who looks at which page, and what holds there. `address` is the client's."""

    snapshot: Snapshot
    details: PortalSettings
    client: ClientClass
    address: str
    host: str
    standing: Standing


class RequestDesk:
    """What the portal holds of requests; nothing of it outlives the process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._taken: list[Wanted] = []
        self._handed_over: tuple[Wanted, ...] = ()
        self._rows: tuple[RequestStanding, ...] = ()
        self._coming: tuple[RequestStanding, ...] = ()
        self._counts: dict[str, int] = {}
        self._day = self._minute = self._in_minute = 0

    def hand_over(self) -> tuple[Wanted, ...]:
        """What was asked for since this was last called; it is shown as sent until the standings tell more."""
        self._handed_over, self._taken = tuple(self._taken), []
        return self._handed_over

    def note(self, rows: tuple[RequestStanding, ...], *, first: bool) -> None:
        """How requests stand, in parts: the first takes the place of what was known."""
        self._rows = rows if first else (*self._rows, *rows)

    def shown(self, visit: Visit, unfit: Unfit | None = None) -> Asked:
        """What a page says of requests: the form where one may ask, and how those of this address stand."""
        given = visit.details.requests
        if given is None:
            return Asked((), None)
        own = ip_networks.plain(visit.address)
        in_force = {one.id for one in visit.standing.exemptions}
        known = {row.site for row in self._rows if row.client == own and row.state == "waiting"}
        sent = [
            one for one in (*self._handed_over, *self._taken) if one.client == own and one.site not in known
        ]
        rows = [_as_it_is(row, in_force) for row in self._rows if row.client == own]
        shown = (*map(_sent, sent), *reversed(rows))[:MAX_SHOWN]
        if not visit.standing.may_ask:
            return Asked(shown, None)
        zone, now = visit.standing.schedule.zone, visit.standing.now
        first, last = (walltime.to_local(at, zone).date() for at in (now, now + given.longest))
        entered = {"until": first.isoformat()} if unfit is None else unfit.entered
        return Asked(
            shown,
            Form(
                token=self._token(own, visit.host, int(now)),
                asks_site=visit.standing.kind == "notice",
                departments=given.departments,
                first=first.isoformat(),
                last=last.isoformat(),
                entered=entered,
                problem="" if unfit is None else unfit.problem,
            ),
        )

    def take_form(self, visit: Visit, body: bytes) -> None:
        """Take a request. One for a site that this address waits for already is taken as that. Raises `Unfit`."""
        given = visit.details.requests
        assert given is not None, "the caller looked"
        fields = _fields(body)
        entered = {key: text for key, text in fields.items() if key != "token"}
        now = int(visit.standing.now)
        if not self._is_ours(fields.get("token", ""), ip_networks.plain(visit.address), visit.host, now):
            raise Unfit("old", entered, 403)
        wanted = Wanted(
            client=ip_networks.plain(visit.address),
            site=_site(visit, entered),
            name=fields.get("name", ""),
            department=fields.get("department", ""),
            purpose=fields.get("purpose", ""),
            until=_until(visit, entered, now + given.longest),
        )
        try:
            wanted = checked(wanted, given.departments, now, now + given.longest)
        except BadInput:
            raise Unfit("fields", entered) from None
        if (wanted.client, wanted.site) not in self._waiting():
            self._count(wanted, now, entered)
            self._taken.append(wanted)

    def _waiting(self) -> list[tuple[str, str]]:
        """Client and site of everything that waits, as far as it is known here."""
        told = [(row.client, row.site) for row in self._rows if row.state == "waiting"]
        return list(
            dict.fromkeys([*told, *((one.client, one.site) for one in (*self._handed_over, *self._taken))])
        )

    def _count(self, wanted: Wanted, now: int, entered: dict[str, str]) -> None:
        """Raise `Unfit` where there are too many, of this address or of all."""
        if now // _DAY != self._day or len(self._counts) >= MAX_CLIENTS:
            self._day, self._counts = now // _DAY, {}
        if now // _MINUTE != self._minute:
            self._minute, self._in_minute = now // _MINUTE, 0
        waiting = self._waiting()
        own = [client for client, _ in waiting if client == wanted.client]
        today = self._counts.get(wanted.client, 0)
        if len(own) >= MAX_BY_CLIENT or today >= MAX_A_DAY:
            raise Unfit("many", entered, 429)
        if self._in_minute >= MAX_A_MINUTE or len(waiting) >= MAX_WAITING or len(self._taken) >= MAX_TAKEN:
            raise Unfit("busy", entered, 503)
        self._counts[wanted.client] = today + 1
        self._in_minute += 1

    def _token(self, client: str, host: str, at: int) -> str:
        digest = hmac.new(self._key, f"{client}\n{host}\n{at}".encode(), hashlib.sha256).hexdigest()
        return f"{at}-{digest}"

    def _is_ours(self, token: str, client: str, host: str, now: int) -> bool:
        at = token.partition("-")[0]
        if not (at.isascii() and at.isdigit() and len(at) < 12) or not 0 <= now - int(at) < TOKEN_SECONDS:
            return False
        return hmac.compare_digest(token.encode(), self._token(client, host, int(at)).encode())


def _fields(body: bytes) -> dict[str, str]:
    """The fields of a form. Raises `Unfit`."""
    try:
        found = parse_qs(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, strict_parsing=True
        )
    except ValueError:
        raise Unfit("fields", {}) from None
    return {key: texts[0] for key, texts in found.items()}


def _site(visit: Visit, entered: dict[str, str]) -> str:
    """The name of the site that is asked for, closed to this client now. Raises `Unfit`."""
    text = entered.get("site", "").strip() if visit.standing.kind == "notice" else visit.host
    try:
        host = urlsplit(text).hostname if "://" in text else text.partition("/")[0]
        qname = names.from_text(host or "")
    except ValueError:  # a `BadName` is one too
        raise Unfit("site", entered) from None
    if askable(visit.snapshot, visit.client, qname, visit.standing.now) is None:
        raise Unfit("open", entered)
    return names.to_text(qname)


def _until(visit: Visit, entered: dict[str, str], latest: int) -> int:
    """The end of the last day, `latest` at most. Raises `Unfit`."""
    zone, now = visit.standing.schedule.zone, visit.standing.now
    try:
        end = walltime.end(entered.get("until", ""), zone, now)
    except BadInput:
        raise Unfit("until", entered) from None
    if end - latest >= _DAY:
        raise Unfit("until", entered)
    return min(end, latest)  # of the last day that the form offers, as much as may be


def _sent(wanted: Wanted) -> Row:
    return Row(wanted.site, "sent", wanted.until, "")


def _as_it_is(row: RequestStanding, in_force: set[str]) -> Row:
    """What was approved is said to be open once this process, too, goes by it."""
    is_opening = row.state == "approved" and row.exemption not in in_force
    return Row(row.site, "opening" if is_opening else row.state, row.until, row.reason)
