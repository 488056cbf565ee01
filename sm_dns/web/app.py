"""The whole application: routes, their guard, and the few files that pages load."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sm_dns.web import api
from sm_dns.web.guard import Guard
from sm_dns.web.login import Login
from sm_dns.web.openapi import PREFIX
from sm_dns.web.pages import Pages
from sm_dns.web.site import Site

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def application(site: Site, pages: Pages) -> ASGIApp:
    """What the servers run."""
    routes = [*api.routes(site), *pages.routes(), *Login(site, pages).routes(), *_static()]

    def failed(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "the only one that it is registered for"
        if request.url.path.startswith(PREFIX):
            return api.refusal(error.status_code, error.detail)
        return pages.refusal(request, error.status_code, "")  # the heading says it in the reader's language

    app = Starlette(routes=routes, exception_handlers={HTTPException: failed})
    app.router.redirect_slashes = False
    return Guard(app, site.desk.plan.hosts)


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
