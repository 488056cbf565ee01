"""Request to response, without sockets: the notice at the portal's own names, the block page at any other.

Status codes, chosen for what reads them besides people. The notice is 200. A block page is 403: browsers show it, but
programs, embedded pictures and captive-portal detectors do not take it for the content they asked for, as they would
with 200, and no "sign in to the network" window opens, as with 511 (RFC 6585 §6). 451 (RFC 7725) would claim a legal
demand. A site that is open by now is 503 with Retry-After: the page is here only because of an old DNS answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from sm_dns.i18n.catalogue import languages
from sm_dns.policy.clients.asker import Asker
from sm_dns.policy.clients.presence import Presence
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal import visitor_status as standings
from sm_dns.portal.acknowledgements import Acknowledgements, Refused
from sm_dns.portal.http.request import Request, host_of
from sm_dns.portal.page.render import render
from sm_dns.portal.page.style import POLICY
from sm_dns.portal.settings import PortalSettings
from sm_dns.util import ip_networks

MAX_BODY = 2_048  # octets of an acknowledgement
RETRY_SECONDS = 5  # after which a site that is open by now is worth another try

_REASONS = {
    200: "OK",
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_FORM = "application/x-www-form-urlencoded"
_THANKS = "/terima-kasih"


class Response(NamedTuple):
    """A whole answer; the connection ends after it."""

    status: int
    body: bytes
    fields: tuple[tuple[str, str], ...] = ()

    def encode(self, only_head: bool = False) -> bytes:
        """The octets of it (RFC 9112), without the body for a HEAD."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS[self.status]}"]
        lines += [f"{name}: {value}" for name, value in (*_always(), *self.fields)]
        lines += [f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode("ascii") + (b"" if only_head else self.body)


def _always() -> tuple[tuple[str, str], ...]:
    """The fields of every answer."""
    return (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Language", ", ".join(languages())),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
    )


def short(status: int, *fields: tuple[str, str]) -> Response:
    """An answer of a line, for what is no visitor's request."""
    return Response(status, f"<!DOCTYPE html><title>{status}</title>{_REASONS[status]}\n".encode(), fields)


@dataclass
class Responder:
    """Answers by the snapshot and details in force; `adopt` replaces them."""

    snapshot: Snapshot
    details: PortalSettings
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    presence: Presence = field(default_factory=Presence)

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
        if request.method == "POST" and own and self.details.acknowledged is not None:
            return self._acknowledge(request, body, address, now)
        if request.method not in ("GET", "HEAD"):
            return short(405, ("Allow", "GET, HEAD"))
        if path == "/favicon.ico":
            return short(404)
        if not own:
            standing = standings.of_site(self.snapshot, client, request.host, now)
            return _block_page(render(standing, self.details), standing)
        if path not in ("/", _THANKS):
            return short(404)
        standing = standings.notice(self.snapshot, client, now)
        return Response(200, render(standing, self.details, path == _THANKS).encode())

    def _is_own(self, host: str) -> bool:
        """Whether the portal itself is meant: by its name, by an address, or by a client that says nothing."""
        return host in ("", self.details.name) or ip_networks.address(host) is not None

    def _acknowledge(self, request: Request, body: bytes, address: str, now: float) -> Response:
        """Take down who has read the notice, and lead back to it (NOT-6)."""
        if request.content_type != _FORM or _of_other_site(request):
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


def _of_other_site(request: Request) -> bool:
    """Whether another site's page sent this form. Browsers name the origin of every form that is posted."""
    if request.origin is None:
        return False
    try:
        return host_of(urlsplit(request.origin).netloc) != request.host
    except ValueError:
        return True
