"""The audit as a file: what is looked for on its page, whole, as a table or as JSON, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sm_dns.admin.records import audit_table
from sm_dns.admin.records.audit_table import Said
from sm_dns.state.chain import Record
from sm_dns.web.auth.roles import READERS
from sm_dns.web.interface.endpoint import View
from sm_dns.web.interface.request_fields import Field
from sm_dns.web.pages.language import Words
from sm_dns.web.site import Site
from sm_dns.web.views.records import AUDIT_FIELDS, exported

PATH = "/audit/export"
_EXPORT = View(
    "audit/export",
    "the records that are looked for, as a file",
    READERS,
    exported,
    (*AUDIT_FIELDS, Field("format", choices=("csv", "json"), required=True)),
)


def export(site: Site, words: Callable[[Request], Words]) -> Callable[[Request], Response]:
    """The endpoint. Raises what a refusal is made of."""

    def read(request: Request) -> Response:
        person = site.person(request)
        if person is None or person.session is None:
            return RedirectResponse("/login", 303)
        given = {name: value for name, value in request.query_params.items() if name != "lang"}
        records = cast("list[Record]", site.read(_EXPORT, person, given))
        say = words(request)
        told = [Said(each, say.sentence(each)) for each in records]
        if given["format"] == "csv":
            return _file("csv", "text/csv", "\N{BYTE ORDER MARK}" + audit_table.as_csv(told))
        lines = "".join(f"{audit_table.as_json(each)}\n" for each in told)
        return _file("jsonl", "application/x-ndjson", lines)

    return read


def _file(suffix: str, kind: str, text: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="audit.{suffix}"'}
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)
