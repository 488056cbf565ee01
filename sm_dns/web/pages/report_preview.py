"""A report to look at before it is made: as it would be, without a number, and in no archive."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from sm_dns.monitor.store.error import StoreError
from sm_dns.reporting import make
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import EVERYBODY, Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.report_request import ABOUT, LANGUAGE, requested
from sm_dns.web.interface.endpoint import View
from sm_dns.web.interface.request_fields import Values, chosen
from sm_dns.web.site import Site

PATH = "/reports/preview"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
"""A report brings its own style; nothing in it runs, and nothing is fetched."""


def _previewed(backend: Backend, person: Person, values: Values) -> str:
    """The page of a report. Raises `BadInput`, and `Refused` for what a role may not have."""
    request = requested(backend, person, values)
    selection = {"kind": values["kind"], "period": values["period"]}
    backend.looks.note(person, "report preview", selection)
    language = values["language"] or backend.plan.language
    try:
        return make.preview(backend.settings(), request, language, backend.true_now())
    except StoreError as error:
        raise BadInput("the store cannot be read: {reason}", reason=error) from error


_VIEW = View("reports/preview", "a report before it is made", EVERYBODY, _previewed, (*ABOUT, LANGUAGE))


def preview(site: Site) -> Callable[[Request], Response]:
    """The endpoint, for a session or a token. Raises what a refusal is made of."""

    def read(request: Request) -> Response:
        person = site.person(request)
        if person is None:
            return RedirectResponse("/login", 303)
        page = site.read(_VIEW, person, chosen(_VIEW.fields, request.query_params))
        return HTMLResponse(str(page), headers={"Content-Security-Policy": _POLICY})

    return read
