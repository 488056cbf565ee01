"""What was recorded: the live log and the audit."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from sm_dns.admin.records import audit_search
from sm_dns.admin.records.audit_search import Wanted
from sm_dns.admin.records.audit_text import sentence
from sm_dns.i18n.catalogue import ENGLISH, catalogue
from sm_dns.ipc import client
from sm_dns.ipc.requests import LogLine, TellLog
from sm_dns.monitor.selection import OUTCOMES
from sm_dns.state.chain import Record
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200
MAX_PAGES = 10_000  # that can be turned to
MAX_EXPORTED = 20_000  # records at once
LOG_LINES = 150

LOG_FIELDS = (
    Field("after", "number", "only lines with a greater number"),
    Field("outcome", summary="only this decision", choices=OUTCOMES),
    Field("service", summary="only this service"),
)
AUDIT_FIELDS = (
    Field("last", "number", f"how many records on a page, {MAX_SHOWN} at most; 50 without it"),
    Field("page", "number", "0 are the newest, 1 those before them"),
    Field("action", summary="only actions that start so"),
    Field("who", summary="only of whom that stands in the name"),
    Field("target", summary="only where that stands in what was changed"),
    Field("text", summary="only where that stands anywhere in the record"),
    Field("since", summary="only from then on: a local date or date-time, 10:12, yesterday 10:12"),
    Field("until", summary="only before then; a date is meant whole"),
)
_FILTERS = ("action", "who", "target", "text", "since", "until")


@dataclass(frozen=True, slots=True)
class Log:
    """What the workers counted lately."""

    monitoring: Annotated[bool, says("whether anything is counted")]
    lines: Annotated[tuple[LogLine, ...], says(f"the last {LOG_LINES} at most, oldest first")]


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did what, and why."""

    seq: int
    at: Utc
    who: str
    action: str
    target: str
    why: str
    detail: Annotated[Mapping[str, Any], says("what else was kept; it depends on the action")]
    sentence: Annotated[str, says("the whole of it in words")]


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether the audit's chain is whole, and a page of its records."""

    ok: bool
    problem: Message | None
    line: Annotated[int | None, says("of the problem")]
    records: Annotated[int, says("how many there are")]
    last_hash: str
    shown: Annotated[tuple[AuditRecord, ...], says("newest first")]
    count: Annotated[int, says("records that are looked for, on all pages")]
    page: int
    pages: int


def log(backend: Backend, person: Person, values: Values) -> Log:
    """What the workers counted lately. That somebody looked is audited (AUD-1)."""
    wanted = backend.service_ids(values["service"]) if values["service"] else ()
    backend.looks.note(person, "log", _chosen(values, "outcome", "service"))
    try:
        told = backend.answer(TellLog(values["after"] or 0)).lines
    except client.Refused:
        return Log(monitoring=False, lines=())
    lines = [
        line
        for line in told
        if values["outcome"] in ("", line.outcome) and (not wanted or line.service in wanted)
    ]
    return Log(monitoring=True, lines=tuple(lines[-LOG_LINES:]))


def _chosen(values: Values, *names: str) -> Values:
    """The fields that say which part is looked at, where they say something."""
    return {name: values[name] for name in names if values[name]}


def records(backend: Backend, person: Person, values: Values) -> Audit:
    """A page of the records that are looked for, newest first, and whether the chain is whole. Looking is audited
    (AUD-1)."""
    backend.looks.note(person, "audit", _chosen(values, *_FILTERS, "last", "page"))
    verdict = backend.audited().verdict
    size = min(values["last"] or 50, MAX_SHOWN)
    count, page, shown = _page(backend, values, size)
    zone, say = backend.schedule()[1].zone, catalogue(ENGLISH)
    return Audit(
        ok=verdict.ok,
        problem=verdict.problem,
        line=verdict.line,
        records=verdict.records,
        last_hash=verdict.last_hash,
        shown=tuple(
            AuditRecord(
                seq=each.seq,
                at=each.at,
                who=each.who,
                action=each.action,
                target=each.target,
                why=each.why,
                detail=each.detail,
                sentence=sentence(say, each, each.who, zone),
            )
            for each in shown
        ),
        count=count,
        page=page,
        pages=max(1, -(-count // size)),
    )


def audit_wish(backend: Backend, values: Values) -> Wanted:
    """Which records somebody looks for. Raises `BadInput`."""
    return audit_search.wanted(
        backend.schedule()[1].zone,
        backend.true_now(),
        since=values["since"],
        until=values["until"],
        who=values["who"],
        what=values["action"],
        target=values["target"],
        text=values["text"],
    )


def exported(backend: Backend, person: Person, values: Values) -> list[Record]:
    """Every record that is looked for, oldest first. Raises `BadInput` for too many. It is audited as a look."""
    backend.looks.note(person, "audit", {**_chosen(values, *_FILTERS), "exported": True})
    found = [*islice(audit_search.found(backend.state_dir, audit_wish(backend, values)), MAX_EXPORTED + 1)]
    if len(found) > MAX_EXPORTED:
        raise BadInput("more than {most} records are like that: choose a shorter time", most=MAX_EXPORTED)
    return found


def _page(backend: Backend, values: Values, size: int) -> tuple[int, int, list[Record]]:
    """How many records are looked for, which page it is, and the records on it, newest first.

    The newest without any wish are at hand; all others are looked up in the file."""
    latest = backend.audited()
    last: Sequence[Record]
    wanted_page = min(values["page"] or 0, MAX_PAGES)
    if not any(values[name] for name in _FILTERS) and (wanted_page + 1) * size <= len(latest.records):
        count = max(latest.verdict.records, len(latest.records))
        last = latest.records[-(wanted_page + 1) * size :]
    else:
        count, last = _looked_up(backend, audit_wish(backend, values), (wanted_page + 1) * size)
    page = min(wanted_page, max(0, (count - 1) // size))
    end = len(last) - page * size
    return count, page, list(reversed(last[max(0, end - size) : end]))


def _looked_up(backend: Backend, wish: Wanted, last: int) -> tuple[int, Sequence[Record]]:
    """How many records are like that, and the last of them. A line that is none ends them, and is in the verdict."""
    count, found = 0, deque[Record](maxlen=last)
    with suppress(BadInput):
        for each in audit_search.found(backend.state_dir, wish):
            count += 1
            found.append(each)
    return count, [*found]
