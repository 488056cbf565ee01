"""From a request to the bytes of a report: figures out of the store, records of the control room, one renderer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sm_dns.admin.policy_document import services
from sm_dns.admin.service_names import categories_called, services_called
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.figures.released import released_departments, released_usage
from sm_dns.monitor.model import DepartmentReport, UsageReport
from sm_dns.monitor.selection import VISITED, Selection
from sm_dns.monitor.store import coverage
from sm_dns.monitor.store.database import Database
from sm_dns.report.context import Context
from sm_dns.report.document import Document
from sm_dns.report.formats import csv_form, html_form, json_form, pdf_form, text_form
from sm_dns.report.formats.json_values import Object
from sm_dns.report.kinds.compliance import compliance_document
from sm_dns.report.kinds.coverage import coverage_document
from sm_dns.report.kinds.department import department_document, only
from sm_dns.report.kinds.usage import usage_document
from sm_dns.report.request import WHOLE_DAY, Form, Request
from sm_dns.report.texts import say
from sm_dns.reporting.basis import basis_of
from sm_dns.reporting.context import context
from sm_dns.reporting.period_before import kept, queries, visitors
from sm_dns.reporting.records import records
from sm_dns.reporting.rounding import rounding_of
from sm_dns.reporting.store import open_store
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


@dataclass(frozen=True, slots=True)
class Report:
    """A report in both its shapes: for people, and as an object for programs."""

    document: Document
    object: Object


def make(settings: Settings, request: Request, form: Form, language: str, now: float) -> bytes:
    """The report in one format. Raises `BadInput` for what cannot be asked, `StoreError` where the store is away."""
    return render(report(settings, request, language, now), form)


def report(settings: Settings, request: Request, language: str, now: float, number: str = "") -> Report:
    """The report of a request, prepared at `now` (POSIX seconds). number: under which it is to be archived, or ""."""
    selection = _selection(settings, request)
    if span(selection).since > now:
        raise BadInput("the period begins on {first}, which is still to come", first=request.first)
    about = replace(context(settings, request, selection, language, now), number=number)
    with open_store(settings) as store, store.reading() as database:
        return _KINDS[request.kind](settings, request, selection, about, database)


def preview(settings: Settings, request: Request, language: str, now: float) -> str:
    """The report as a page, which says that it is in no archive. Raises what `report` raises."""
    return html_form.render(report(settings, request, language, now, say(language, "preview")).document)


def render(made: Report, form: Form) -> bytes:
    """The bytes of a format."""
    match form:
        case "text":
            return text_form.render(made.document).encode()
        case "json":
            return json_form.render(made.object).encode()
        case "csv":
            return csv_form.render(made.document).encode()
        case "html":
            return html_form.render(made.document).encode()
        case "pdf":
            return pdf_form.render(made.document)


def _selection(settings: Settings, request: Request) -> Selection:
    start, end = request.band or WHOLE_DAY
    return Selection(
        services=tuple(_service_ids(settings, request.services)),
        first=request.first,
        last=request.last,
        band_start=start,
        band_end=end,
        days=request.days,
        outcomes=request.decisions,
        zone=monitoring_plan(settings).zone,
        hours=request.hours,
        categories=_categories(settings, request),
    )


def _categories(settings: Settings, request: Request) -> tuple[str, ...]:
    """Those asked for; else, where no service is named, those of whose visitors the report tells."""
    categories = categories_called(settings, request.categories)
    if categories or request.services or not request.is_of_visitors:
        return categories
    return VISITED


def _service_ids(settings: Settings, wanted: Iterable[str]) -> Iterable[str]:
    known = services(settings)
    for text in wanted:
        yield from sorted({one.id for one in services_called(known, text)})


def _usage(
    settings: Settings, request: Request, selection: Selection, about: Context, database: Database
) -> Report:
    found = _users(settings, request, selection, about, database)
    before = visitors(settings, request, selection, about.prepared, database)
    return Report(usage_document(found, about, before), json_form.usage_object(found, about, before))


def _users(
    settings: Settings, request: Request, selection: Selection, about: Context, database: Database
) -> UsageReport:
    basis = basis_of(settings, request, about.prepared)
    if request.rounded:
        return released_usage(database, selection, basis, rounding_of(settings))
    return figures.usage(database, selection, basis)


def _department(
    settings: Settings, request: Request, selection: Selection, about: Context, database: Database
) -> Report:
    found = _departments(settings, request, selection, about, database)
    chosen = only(found, request.departments)
    before = visitors(settings, request, selection, about.prepared, database)
    return Report(
        department_document(chosen, about, before), json_form.department_object(chosen, about, before)
    )


def _departments(
    settings: Settings, request: Request, selection: Selection, about: Context, database: Database
) -> DepartmentReport:
    basis = basis_of(settings, request, about.prepared)
    if request.rounded:
        return released_departments(database, selection, basis, rounding_of(settings))
    return figures.departments(database, selection, basis)


def _compliance(
    settings: Settings, request: Request, selection: Selection, about: Context, database: Database
) -> Report:
    found = kept(settings, request, selection, about.prepared, database)
    before = queries(settings, request, selection, about.prepared, database)
    noted = coverage.versions(database, *span(selection))
    known = records(settings, selection, noted)
    return Report(
        compliance_document(found, known, about, before),
        json_form.compliance_object(found, known, about, before),
    )


def _coverage(
    settings: Settings, request: Request, selection: Selection, about: Context, database: Database
) -> Report:
    found = figures.coverage(database, selection, now=about.prepared)
    return Report(
        coverage_document(found, selection, about), json_form.coverage_object(found, selection, about)
    )


_KINDS = {"usage": _usage, "department": _department, "compliance": _compliance, "coverage": _coverage}
