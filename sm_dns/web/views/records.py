"""What was recorded: the live log and the audit."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
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
from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.selection import OUTCOMES
from sm_dns.state.chain import Record
from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc, one_of, says
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
    Field("page", "number", f"of {LOG_LINES} entries: 0 are the newest, 1 those before them"),
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
class LogEntry:
    """What was counted at once: of one person or device for the administrator, of everybody for others."""

    number: Annotated[int, says("a later entry has a greater one")]
    at: Annotated[int, says("POSIX seconds")]
    who: Annotated[str, says("a label of the day; empty for who is not the administrator")]
    service: str
    category: str
    outcome: Annotated[str, one_of(*OUTCOMES)]
    visit: Annotated[bool, says("false: embedded in a page, or asked in the background")]
    queries: Annotated[
        int | None, says("rounded for who is not the administrator, and null where they are few")
    ]


@dataclass(frozen=True, slots=True)
class Log:
    """What the workers counted lately."""

    monitoring: Annotated[bool, says("whether anything is counted")]
    small_cell: Annotated[int, says("up to how many queries are few")]
    lines: Annotated[tuple[LogEntry, ...], says(f"{LOG_LINES} at most, oldest first")]
    page: Annotated[int, says("0 has the newest")]
    pages: int


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
    chosen = backend.service_ids(values["service"]) if values["service"] else ()
    backend.looks.note(person, "log", _chosen(values, "outcome", "service"))
    small = backend.settings().monitoring.small_cell
    try:
        told = backend.answer(TellLog(0)).lines
    except client.Refused:
        return Log(monitoring=False, small_cell=small, lines=(), page=0, pages=1)
    wanted = (
        line
        for line in told
        if values["outcome"] in ("", line.outcome) and (not chosen or line.service in chosen)
    )
    entries = _labelled(wanted) if person.role == ADMIN else _unlabelled(wanted, backend.rounding())
    later = [each for each in entries if each.number > (values["after"] or 0)]
    pages = max(1, -(-len(later) // LOG_LINES))
    page = min(values["page"] or 0, pages - 1)
    end = len(later) - page * LOG_LINES
    shown = tuple(later[max(0, end - LOG_LINES) : end])
    return Log(monitoring=True, small_cell=small, lines=shown, page=page, pages=pages)


def _labelled(lines: Iterable[LogLine]) -> list[LogEntry]:
    return [
        LogEntry(
            each.number,
            each.at,
            each.who,
            each.service,
            each.category,
            each.outcome,
            each.visit,
            each.queries,
        )
        for each in lines
    ]


def _unlabelled(lines: Iterable[LogLine], rounding: Rounding) -> list[LogEntry]:
    """What everybody asked at once of a service, as one entry (PRIV-3): no label, no count that tells of one person,
    and a number that does not tell how many there were, which is why that is the time."""
    together: Counter[tuple[int, str, str, str, bool]] = Counter()
    for each in lines:
        together[each.at, each.service, each.category, each.outcome, each.visit] += each.queries
    entries = []
    for (at, service, category, outcome, visit), count in sorted(together.items()):
        queries = rounding.events(f"{at} {service} {outcome} {visit}", count).count
        entries.append(LogEntry(at, at, "", service, category, outcome, visit, queries))
    return entries


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
