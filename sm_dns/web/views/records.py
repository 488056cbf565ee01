"""What was recorded: the live log and the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sm_dns.ipc import client
from sm_dns.ipc.requests import LogLine, TellLog
from sm_dns.monitor.selection import OUTCOMES
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

MAX_SHOWN = 200
LOG_LINES = 150

LOG_FIELDS = (
    Field("after", "number", "only lines with a greater number"),
    Field("outcome", summary="only this decision", choices=OUTCOMES),
    Field("service", summary="only this service"),
)
AUDIT_FIELDS = (
    Field("last", "number", f"how many records, {MAX_SHOWN} at most; 50 without it"),
    Field("action", summary="only actions that start so"),
)


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


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether the audit's chain is whole, and its latest records."""

    ok: bool
    problem: Message | None
    line: Annotated[int | None, says("of the problem")]
    records: Annotated[int, says("how many there are")]
    last_hash: str
    shown: Annotated[tuple[AuditRecord, ...], says("newest first")]


def log(backend: Backend, person: Person, values: Values) -> Log:
    """What the workers counted lately. That somebody looked is audited (AUD-1)."""
    backend.looks.note(person, "log", _chosen(values, "outcome", "service"))
    try:
        told = backend.answer(TellLog(values["after"] or 0)).lines
    except client.Refused:
        return Log(monitoring=False, lines=())
    lines = [
        line
        for line in told
        if values["outcome"] in ("", line.outcome) and values["service"] in ("", line.service)
    ]
    return Log(monitoring=True, lines=tuple(lines[-LOG_LINES:]))


def _chosen(values: Values, *names: str) -> Values:
    """The fields that say which part is looked at, where they say something."""
    return {name: values[name] for name in names if values[name]}


def records(backend: Backend, person: Person, values: Values) -> Audit:
    """The latest records of the audit, newest first, and whether its chain is whole. Looking is audited (AUD-1)."""
    backend.looks.note(person, "audit", _chosen(values, "action", "last"))
    verdict, last = backend.audited()
    count = min(values["last"] or 50, MAX_SHOWN)
    found = [each for each in last if each.action.startswith(values["action"])][-count:]
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
            )
            for each in reversed(found)
        ),
    )
