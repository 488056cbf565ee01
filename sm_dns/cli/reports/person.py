"""`sm-dns report person`: the one way to a single person's hours (PRIV-4). Two people, reasons, an end, the audit."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sm_dns.admin import person_approvals
from sm_dns.admin.person_approvals import APPROVE, without_person
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.cli.common import Group, record, show, trail_of, with_json, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.i18n.catalogue import languages
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.local_hours import converter, span
from sm_dns.monitor.identity import staff_map
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.monitor.model import Coverage
from sm_dns.monitor.pseudonym import Pseudonyms, load_or_make
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store import read
from sm_dns.report.formats import json_form, text_form
from sm_dns.report.kinds.person import person_document
from sm_dns.report.records import PersonRecord
from sm_dns.report.request import Request, parse_day
from sm_dns.reporting.context import context
from sm_dns.reporting.store import open_store
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, dashboard_accounts, person_requests
from sm_dns.state.person_requests import PersonRequest
from sm_dns.util import walltime
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular


@click.group("person", cls=Group)
def person() -> None:
    """Name one person: request, approval by somebody else, and a showing, all on record."""


@person.command("request")
@click.argument("staff")
@click.option("--from", "first", required=True, metavar="DATE", help="First local date.")
@click.option("--to", "last", required=True, metavar="DATE", help="Last local date, inclusive.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept with the request and in the audit.")
@click.option(
    "--for", "length", default="24h", show_default=True, metavar="LENGTH", help="How long it lasts."
)
@with_settings
@with_json
def request_(
    staff: str, first: str, last: str, reason: str, length: str, settings: Settings, as_json: bool
) -> None:
    """Ask to see the hours of the member of staff STAFF (the key of the staff map)."""
    try:
        seconds = parse_duration(length)
    except ValueError as error:
        raise BadInput("--for: {reason}", reason=error) from error
    made = person_requests.draft(
        staff=staff,
        first=parse_day(first),
        last=parse_day(last),
        requester=audit.current_user(),
        reason=reason,
        now=time.time(),
        seconds=seconds,
    )
    with trail_of(settings, None).turn() as turn:
        file = person_requests.saved(settings.state_dir, made)
        turn.change("report person request", made.id, why=reason, detail=without_person(made), files=[file])
    text = (
        f"{made.id}: to be approved by one of {', '.join(settings.monitoring.approvers) or '(nobody is set)'}"
    )
    known = _is_known(settings, made.staff)
    if not known:
        text += f"; note: the staff map does not know {printable(made.staff)}"
    show(as_json, {**person_requests.to_json(made), "is_known": known}, text)


@person.command("approve")
@click.argument("request_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help="On what authority; kept in the audit.")
@with_settings
@with_json
def approve(request_id: str, reason: str, settings: Settings, as_json: bool) -> None:
    """Approve a request of somebody else. Who may, is in monitoring.approvers.

    Where the dashboard has accounts, one of them approves it there, on the page Requests.
    """
    dashboard_accounts.refuse_command(settings.state_dir, "/requests")
    made = person_approvals.approve(
        settings,
        request_id,
        who=audit.current_user(),
        reason=reason,
        now=time.time(),
        trail=trail_of(settings, None),
        detail=dashboard_accounts.KEPT_BY_USERS,
    )
    zone = ZoneInfo(monitoring_plan(settings).zone)
    text = f"{made.id}: {made.requester} may see it until {walltime.iso_local(made.expires, zone)}"
    show(as_json, person_requests.to_json(made), text)


@person.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the requests, so that an approver can read them."""
    found = person_requests.load(settings.state_dir)
    if not (found or as_json):
        click.echo("Nobody has asked to see a person.")
    for each in found:
        state = f"approved by {each.approver}" if each.approver else "not approved"
        dates = f"{each.first} to {each.last}"
        text = f"{each.id}: {each.requester} asks for {each.staff}, {dates}; {state}: {each.reason}"
        show(as_json, person_requests.to_json(each), printable(text))


@person.command("show")
@click.argument("request_id", metavar="ID")
@click.option("--lang", "language", type=click.Choice(languages()), default="ms", show_default=True)
@with_settings
@with_json
def show_(request_id: str, language: str, settings: Settings, as_json: bool) -> None:
    """Show the hours that an approved request is about, to whoever made it. Every showing is put on record."""
    now = time.time()
    found = person_requests.find(settings.state_dir, request_id)
    approvers = settings.monitoring.approvers
    person_requests.permitted(found, who=audit.current_user(), approvers=approvers, now=now)
    _approval_on_record(settings.state_dir / audit.FILE, found)
    names = _pseudonyms(settings)
    # First: what is not on record is not seen.
    record(settings, "report person show", found.id, by=None, why=found.reason, detail=without_person(found))
    selection = Selection((), found.first, found.last, 0, 24, zone=monitoring_plan(settings).zone)
    seen, coverage = _looked_up(settings, found, names, selection, now)
    about = context(settings, Request("coverage", found.first, found.last), selection, language, now)
    if as_json:
        data = {
            **person_requests.to_json(found),
            "key_id": names.key_id,
            "is_known": seen.is_known,
            "erased": seen.erased,
            "hours": _rows(seen.hours, selection),
            "coverage": json_form.coverage_object(coverage, selection, about)["coverage"],
        }
        show(True, data, "")
    else:
        click.echo(text_form.render(person_document(seen, coverage, selection, about)), nl=False)


def _pseudonyms(settings: Settings) -> Pseudonyms:
    """By the key that the service counts under; one made now would find nobody."""
    key_file = Path(monitoring_plan(settings).key_file)
    if not is_there(key_file):
        raise BadInput("the key of the pseudonyms is not there: nobody can be named", file=key_file)
    return load_or_make(key_file)


def _looked_up(
    settings: Settings, request: PersonRequest, names: Pseudonyms, selection: Selection, now: float
) -> tuple[PersonRecord, Coverage]:
    """What the store holds of the member of staff, and how much of the time was watched."""
    when = span(selection)
    with open_store(settings) as store, store.reading() as database:
        hours = read.hours_of(database, names.of("person", request.staff), names.key_id, *when)
        erased = bool(read.erased_in(database, *when, ("raw", "all")))
        coverage = figures.coverage(database, selection, now=now)
    seen = PersonRecord(
        request=request.id,
        requester=request.requester,
        approver=request.approver or "",
        expires=request.expires,
        erased=erased,
        is_known=_is_known(settings, request.staff),
        hours=tuple(hours),
    )
    return seen, coverage


def _is_known(settings: Settings, staff: str) -> bool:
    """False where the staff map of today lacks a key; True where host names tell keys too, or no map can be read."""
    path = settings.monitoring.staff_map
    if path is None or settings.monitoring.host_rule is not None:
        return True
    zone = ZoneInfo(monitoring_plan(settings).zone)
    try:
        return staff_map.parse(text_of(read_regular(path, limit=staff_map.MAX_BYTES)), zone).names(staff)
    except BadInput:
        return True


def _approval_on_record(path: Path, request: PersonRequest) -> None:
    """The audit must hold the approval: a file that somebody edited is no approval."""
    if not audit.verify(path).ok:
        raise BadInput("the audit chain is broken: nobody is named until it is looked into")
    if not any(
        line.action == APPROVE and line.target == request.id and line.who == request.approver
        for line in audit.read(path)
    ):
        raise BadInput(
            "the audit holds no approval of request {id} by {approver}",
            id=request.id,
            approver=request.approver,
        )


@dataclass(frozen=True, slots=True)
class PersonHour:
    """A local hour in which the person asked for a service, and what became of it."""

    date: str
    hour: int
    service: str
    category: str
    decision: str
    visit: bool


def _rows(hours: Iterable[read.LabelledHour], selection: Selection) -> tuple[PersonHour, ...]:
    local = converter(selection)
    return tuple(
        PersonHour(
            date=str(local(each.hour).day),
            hour=local(each.hour).hour,
            service=each.label.service,
            category=each.label.category,
            decision=each.label.outcome,
            visit=each.label.visit,
        )
        for each in hours
    )
