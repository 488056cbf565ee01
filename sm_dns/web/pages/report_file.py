"""An archived report as a file, as it was handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sm_dns.reporting.archive.archive import Archive
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import EVERYBODY, Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.endpoint import View
from sm_dns.web.interface.request_fields import Field, Values
from sm_dns.web.site import Site
from sm_dns.web.views.reports import may_see

PATH = "/reports/file"
_TYPES = {
    "text": "text/plain; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    kind: str
    data: bytes


def _found(backend: Backend, person: Person, values: Values) -> _File:
    """The document of a number. One that somebody may not see is as if it were not there."""
    archive, number = Archive(backend.state_dir), values["number"]
    report = archive.find(number)
    if not may_see(person, report):
        raise BadInput("there is no archived report {number!r}", number=number)
    backend.looks.note(person, "report", {"number": number})
    return _File(report.details.file_name, _TYPES[report.details.form], archive.read(report))


_FILE = View(
    "reports/file",
    "an archived report",
    EVERYBODY,
    _found,
    (Field("number", summary="of the report", required=True),),
)


def file(site: Site) -> Callable[[Request], Response]:
    """The endpoint, for a session or a token. Raises what a refusal is made of."""

    def read(request: Request) -> Response:
        person = site.person(request)
        if person is None:
            return RedirectResponse("/login", 303)
        given = {name: value for name, value in request.query_params.items() if name != "lang"}
        found = cast("_File", site.read(_FILE, person, given))
        headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
        return Response(found.data, media_type=found.kind, headers=headers)

    return read
