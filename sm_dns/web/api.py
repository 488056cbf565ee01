"""The interface for programs: GET for views, other methods for actions, JSON both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput
from sm_dns.web.action_registry import ACTIONS
from sm_dns.web.auth.roles import READERS, CannotWrite, Person, Refused
from sm_dns.web.interface.answer import to_json
from sm_dns.web.interface.endpoint import Action, View, Work
from sm_dns.web.interface.openapi import PREFIX, document
from sm_dns.web.metrics.exposition import CONTENT_TYPE
from sm_dns.web.metrics.families import render
from sm_dns.web.site import Site, check_role, check_written, json_body

Endpoint = Callable[[Request], Response]


def routes(site: Site) -> list[Route]:
    """Every route of the interface."""
    found = [
        Route("/healthz", _healthz(site)),
        Route("/metrics", _metrics(site)),
        Route(f"{PREFIX}/openapi.json", _document(site)),
    ]
    found += [Route(f"{PREFIX}/{view.path}", _view(site, view)) for view in site.api_views.values()]
    found += [
        Route(f"{PREFIX}/{action.path}", _action(site, action), methods=[action.method])
        for action in ACTIONS.values()
    ]
    return found


def refusal(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Response:
    """What a program is told that gets nothing."""
    given = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JSONResponse({"error": reason}, status, {**given, **(headers or {})})


def _answered(work: Endpoint) -> Endpoint:
    def endpoint(request: Request) -> Response:
        try:
            return work(request)
        except Refused as refused:
            return refusal(refused.status, str(refused.message), refused.headers)
        except CannotWrite as error:
            return refusal(503, str(error))
        except BadInput as error:
            return refusal(400, str(error))

    return endpoint


def _known(site: Site, request: Request) -> Person:
    person = site.person(request)
    if person is None:
        raise Refused(401, "log in, or send a token")
    return person


def _view(site: Site, view: View) -> Endpoint:
    def read(request: Request) -> Response:
        person = _known(site, request)
        return _told(view.read, site.read(view, person, dict(request.query_params)))

    return _answered(read)


def _action(site: Site, action: Action) -> Endpoint:
    def do(request: Request) -> Response:
        person = _known(site, request)
        check_written(request, person, request.headers.get("x-csrf-token", ""))
        return _told(action.do, site.do(action, person, {**json_body(request), **request.path_params}))

    return _answered(do)


def _told(work: Work, answer: object) -> Response:
    return Response(to_json(work, answer), media_type=JSONResponse.media_type)


def _document(site: Site) -> Endpoint:
    whole = cache(lambda: JSONResponse(document(site.api_views.values(), ACTIONS.values())).body)

    def read(request: Request) -> Response:
        _known(site, request)
        return Response(whole(), media_type=JSONResponse.media_type)

    return _answered(read)


def _healthz(site: Site) -> Endpoint:
    """200 while the service answers by a policy that is in force, as `sm-dns healthy`, else 503; nothing else is
    told."""

    def read(request: Request) -> Response:
        try:
            up = site.backend.status.get().is_healthy
        except BadInput:
            up = False
        return PlainTextResponse("ok\n" if up else "down\n", 200 if up else 503)

    return read


def _metrics(site: Site) -> Endpoint:
    allowed: ip_networks.PrefixTable[bool] = ip_networks.PrefixTable()
    for network in site.backend.plan.metrics:
        allowed.add(ip_networks.network(network), True)

    def read(request: Request) -> Response:
        where = ip_networks.address(request.client.host) if request.client else None
        if where is None or not any(allowed.covering(*where)):
            check_role(_known(site, request), READERS)
        backend = site.backend
        text = render(backend.status.get(), backend.policy(), backend.audit_health(), backend.now())
        return Response(text, media_type=CONTENT_TYPE)

    return _answered(read)
