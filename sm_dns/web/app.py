"""The whole application: routes, their guard, and the few files that pages load."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp

from sm_dns.i18n.catalogue import in_every_language
from sm_dns.web import api
from sm_dns.web.http.guard import Guard
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.pages.first_steps import FirstSteps
from sm_dns.web.pages.login import Login
from sm_dns.web.pages.pages import Pages
from sm_dns.web.site import Site

_STATIC = Path(__file__).parent / "pages" / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def application(site: Site, pages: Pages) -> ASGIApp:
    """What the servers run."""
    routes = [
        *api.routes(site),
        *pages.routes(),
        *Login(site, pages).routes(),
        *FirstSteps(site, pages).routes(),
        *_static(),
    ]

    def failed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "the only one that it is registered for"
        headers = {**(error.headers or {})}
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_methods(routes, request))
        if request.url.path.startswith(PREFIX):
            return api.refusal(error.status_code, error.detail, headers)
        # The heading says it in the reader's language.
        return pages.refusal(request, error.status_code, None, headers)

    def broken(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(PREFIX):
            return api.refusal(500, "the dashboard made a mistake; its log says which")
        # No page: what is wrong with one may be wrong with that, too.
        return PlainTextResponse(in_every_language("short.broken") + "\n", 500)

    app = Starlette(routes=routes, exception_handlers={HTTPException: failed, Exception: broken})
    app.router.redirect_slashes = False
    return Guard(app, site.backend.plan.hosts)


def _methods(routes: list[Route], request: Request) -> list[str]:
    """Everything that may be done with a path, of which several routes may serve some each (RFC 9110 §10.2.1)."""
    return sorted(
        {
            method
            for route in routes
            if route.matches(request.scope)[0] is not Match.NONE
            for method in route.methods or ()
        }
    )


def _static() -> list[Route]:
    """One route a file, read once: no name of a request ever becomes a path."""
    return [Route(f"/static/{file.name}", _file(file)) for file in sorted(_STATIC.iterdir())]


def _file(path: Path) -> Callable[[Request], Response]:
    body = path.read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}

    def read(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=_TYPES[path.suffix], headers=headers)

    return read
