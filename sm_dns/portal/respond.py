"""Request to response, without sockets: the notice at the portal's own names, the block page at any other.

Status codes, chosen for what reads them besides people. The notice is 200. A block page is 403: browsers show it, but
programs, embedded pictures and captive-portal detectors do not take it for the content they asked for, as they would
with 200, and no "sign in to the network" window opens, as with 511 (RFC 6585 §6). 451 (RFC 7725) would claim a legal
demand. A site that is open by now is 503 with Retry-After: the page is here only because of an old DNS answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sm_dns.policy.clients.asker import Asker
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.clients.presence import Presence
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal import visitor_status as standings
from sm_dns.portal.acknowledgements import Acknowledgements, Refused
from sm_dns.portal.http.request import Request, is_own_form
from sm_dns.portal.http.response import Response, short
from sm_dns.portal.page.render import render, render_requests
from sm_dns.portal.page.requests import PATH
from sm_dns.portal.request_desk import RequestDesk, Unfit, Visit
from sm_dns.portal.settings import PortalSettings
from sm_dns.util import ip_networks

MAX_BODY = 6_144  # octets of a form: of a script with three octets a character, too
RETRY_SECONDS = 5  # after which a site that is open by now is worth another try

_THANKS = "/terima-kasih"


@dataclass
class Responder:
    """Answers by the snapshot and details in force; `adopt` replaces them."""

    snapshot: Snapshot
    details: PortalSettings
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    presence: Presence = field(default_factory=Presence)
    desk: RequestDesk = field(default_factory=RequestDesk)

    def adopt(self, snapshot: Snapshot, details: PortalSettings) -> None:
        """Answer by these from now on."""
        self.snapshot, self.details = snapshot, details

    def answer(self, request: Request, body: bytes, address: str, now: float) -> Response:
        """The response to a client's request at `now` (POSIX seconds)."""
        self.presence.end(now)
        client = self.snapshot.clients.classify(address, self.presence.identities(Asker(address)))
        if client is None:
            return short(403)
        own = self._is_own(request.host)
        path = request.path.partition("?")[0]
        visit = self._visit(request, client, address, now)
        if path == PATH and self.details.requests is not None:
            return self._requests(request, body, visit)
        if request.method == "POST" and own and self.details.acknowledged is not None:
            return self._acknowledge(request, body, address, now)
        if request.method not in ("GET", "HEAD"):
            return short(405, ("Allow", "GET, HEAD"))
        if path == "/favicon.ico":
            return short(404)
        if own and path not in ("/", _THANKS):
            return short(404)
        page = render(visit.standing, self.details, self.desk.shown(visit), thanks=own and path == _THANKS)
        return Response(200, page.encode()) if own else _block_page(page, visit.standing)

    def _visit(self, request: Request, client: ClientClass, address: str, now: float) -> Visit:
        standing = (
            standings.notice(self.snapshot, client, now)
            if self._is_own(request.host)
            else standings.of_site(self.snapshot, client, request.host, now)
        )
        return Visit(self.snapshot, self.details, client, address, request.host, standing)

    def _requests(self, request: Request, body: bytes, visit: Visit) -> Response:
        """Take a request of staff for a closed site, or show how those of their address stand."""
        if request.method in ("GET", "HEAD"):
            page = render_requests(visit.standing, self.details, self.desk.shown(visit))
            return Response(200, page.encode())
        if request.method != "POST":
            return short(405, ("Allow", "GET, HEAD, POST"))
        if not is_own_form(request):
            return short(403)
        try:
            self.desk.take_form(visit, body)
        except Unfit as why:
            page = render(visit.standing, self.details, self.desk.shown(visit, why))
            return Response(why.status, page.encode())
        return Response(303, b"", (("Location", PATH),))

    def _is_own(self, host: str) -> bool:
        """Whether the portal itself is meant: by its name, by an address, or by a client that says nothing."""
        return host in ("", self.details.name) or ip_networks.address(host) is not None

    def _acknowledge(self, request: Request, body: bytes, address: str, now: float) -> Response:
        """Take down who has read the notice, and lead back to it (NOT-6)."""
        if not is_own_form(request):
            return short(403)
        try:
            who = parse_qs(body.decode("utf-8"), max_num_fields=4, strict_parsing=True).get("who", [""])[0]
        except ValueError:
            return short(400)
        assert self.details.acknowledged is not None, "the caller looked"
        try:
            self.acknowledgements.note(self.details.acknowledged, who, self.snapshot.version, address, now)
        except Refused as why:
            return short(why.status)
        return Response(303, b"", (("Location", _THANKS),))


def _block_page(page: str, standing: standings.Standing) -> Response:
    if standing.kind == "open":
        return Response(503, page.encode(), (("Retry-After", str(RETRY_SECONDS)),))
    return Response(403, page.encode())
