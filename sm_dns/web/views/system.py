"""System: the state of the service's parts, and who may come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import sm_dns
from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.status import Alarm, MonitoringStatus, Subjects, WebStatus, WorkerStatus
from sm_dns.util.finding import Finding
from sm_dns.util.lately import Occurrences
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc, says
from sm_dns.util.with_more import with_more
from sm_dns.web.auth.accounts import has_ended
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.answer import Role, TokenRole
from sm_dns.web.interface.request_fields import Values


@dataclass(frozen=True, slots=True)
class UserTold:
    """A person who may come in."""

    name: str
    role: Role
    department: Annotated[str, says("of a head: the only one that is shown")]
    totp: Annotated[bool, says("a code is asked for at each login")]


@dataclass(frozen=True, slots=True)
class TokenTold:
    """A program's way in, without its secret."""

    id: str
    label: str
    role: TokenRole
    department: str
    created: Annotated[int, says("POSIX seconds")]
    expires: Annotated[int | None, says("POSIX seconds; null for never")]
    ended: Annotated[bool, says("it is good for nothing any more")]


@dataclass(frozen=True)
class Worker:
    """A worker that is down or silent."""

    number: int
    pid: int | None
    restarts: int
    ends: Annotated[Occurrences, says("how it ended of late")]


@dataclass(frozen=True)
class WorkerUp(WorkerFigures, Worker):
    """A worker that answers."""


@dataclass(frozen=True)
class Monitoring:
    """What is counted, and where it is kept."""

    store: str
    key_id: Annotated[str | None, says("the key of the pseudonyms")]
    waiting: Annotated[int, says("rows that the store has not taken yet")]
    lost: Annotated[int, says("queries known to be uncounted")]
    counted: Annotated[tuple[tuple[str, str, int], ...], says("category, outcome, queries since the start")]


@dataclass(frozen=True)
class MonitoringKnown(Subjects, Monitoring):
    """The same, once it was looked who is in the network."""


@dataclass(frozen=True, slots=True)
class System:
    """The service, its findings, its parts, and who may come in."""

    program: Annotated[str, says("the version of sm-dns")]
    pid: int
    config: str
    at: Utc
    rehearsal: bool
    uptime_seconds: int
    listening: tuple[str, ...]
    generation: int
    version: Annotated[str, says("of the policy")]
    names: int
    last_error: Message | None
    findings: tuple[Finding, ...]
    alarms: tuple[Alarm, ...]
    workers: tuple[Worker | WorkerUp, ...]
    monitoring: Monitoring | MonitoringKnown | None
    web: WebStatus | None
    users: tuple[UserTold, ...]
    tokens: tuple[TokenTold, ...]


def system(backend: Backend, person: Person, values: Values) -> System:
    """Workers, versions, findings, the store, and who may come in. No password, secret or token is in it."""
    status = backend.status.get()
    book, now = backend.accounts.book(), backend.true_now()
    return System(
        program=sm_dns.__version__,
        pid=status.pid,
        config=status.config,
        at=status.at,
        rehearsal=status.rehearsal,
        uptime_seconds=status.uptime_seconds,
        listening=status.listening,
        generation=status.generation,
        version=status.version,
        names=status.names,
        last_error=status.last_error,
        findings=status.findings,
        alarms=status.alarms,
        workers=tuple(_worker(each) for each in status.workers),
        monitoring=None if status.monitoring is None else _monitoring(status.monitoring),
        web=status.web,
        users=tuple(UserTold(one.name, one.role, one.department, bool(one.totp)) for one in book.users),
        tokens=tuple(
            TokenTold(
                one.id, one.label, one.role, one.department, one.created, one.expires, has_ended(one, now)
            )
            for one in book.tokens
        ),
    )


def _worker(told: WorkerStatus) -> Worker | WorkerUp:
    known = Worker(told.number, told.pid, told.restarts, told.ends)
    return known if told.figures is None else with_more(WorkerUp, known, told.figures)


def _monitoring(told: MonitoringStatus) -> Monitoring | MonitoringKnown:
    known = Monitoring(told.store, told.key_id, told.waiting, told.lost, told.counted)
    return known if told.subjects is None else with_more(MonitoringKnown, known, told.subjects)
