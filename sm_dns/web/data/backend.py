"""Everything that pages and the interface work with: the state of the service, its files, its people."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from sm_dns.admin.policy_document import all_rows, list_cache, services
from sm_dns.admin.service_names import services_called
from sm_dns.builder.zone_text import ZONE_TEXT
from sm_dns.diagnose.explainer import Explainer, explainer_of
from sm_dns.generation.web import WebPlan
from sm_dns.history.past import Damaged, Held, kept
from sm_dns.history.shelf import Shelf
from sm_dns.ipc import client
from sm_dns.ipc.requests import Reload, Request
from sm_dns.lists.sources import Row, Service
from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.policy import snapshot
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.snapshot import Snapshot
from sm_dns.reporting.rounding import rounding_of
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import access_requests, audit, service_rules_store, switches_store
from sm_dns.state.access_requests import AccessRequest
from sm_dns.state.audit import Trail
from sm_dns.state.chain import Record, Verdict
from sm_dns.state.dashboard_accounts import FOLDER
from sm_dns.state.pushed_logons import PushedLogons
from sm_dns.util.errors import BadInput
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import Message, did_you_mean, system_reason
from sm_dns.web.auth.accounts import Accounts
from sm_dns.web.auth.attempts import Attempts
from sm_dns.web.auth.budget import Budget
from sm_dns.web.auth.codes import UsedCodes
from sm_dns.web.auth.looks import Looks
from sm_dns.web.auth.roles import Person
from sm_dns.web.auth.sessions import Sessions
from sm_dns.web.auth.throttle import FILE as LOCKOUTS
from sm_dns.web.auth.throttle import Throttle
from sm_dns.web.data.latest import Latest
from sm_dns.web.data.operations import Operations
from sm_dns.web.data.sending import SheetSender
from sm_dns.web.data.setup_desk import SetupDesk
from sm_dns.web.data.status_feed import StatusFeed

A = TypeVar("A")
MAX_RECORDS = 1000
AUDIT_SECONDS = 300  # between two looks through the whole audit for those who ask again and again how it is


class Audited(NamedTuple):
    """The state of the audit's chain, and its last records, the newest last."""

    verdict: Verdict
    records: tuple[Record, ...]


class AuditHealth(NamedTuple):
    """Whether the chain of the audit was whole when it was last looked through, how many records follow one another
    from its first, and when that was (POSIX seconds)."""

    is_whole: bool
    records: int
    checked: float


class Backend:
    """One dashboard. `rehearsal`: the offset of the service's clock, in seconds."""

    def __init__(
        self,
        plan: WebPlan,
        config: Path,
        state_dir: Path,
        rehearsal: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.plan = plan
        self.state_dir = state_dir
        self.accounts = Accounts(state_dir)
        self.sessions = Sessions(plan.session_idle, plan.session_longest)
        self.throttle = Throttle(state_dir / FOLDER / LOCKOUTS)
        self.codes = UsedCodes(state_dir)
        self.attempts = Attempts(self.trail_by)
        self.logons = PushedLogons(state_dir)
        self.looks = Looks(self.trail, self.true_now)
        self.budget = Budget(self.true_now)
        self.sheets = SheetSender(self.true_now)
        self.operations = Operations(state_dir, self.true_now)
        self.setup = SetupDesk(config, state_dir, self.true_now)
        self.status = StatusFeed(self.ask, time.monotonic)
        self._config = config
        self._rehearsal = rehearsal
        self._clock = clock
        self._settings: Latest[Settings] = Latest()
        self._snapshot: Latest[Snapshot] = Latest()
        self._switched: Latest[Snapshot] = Latest()
        self._explainer: Latest[Explainer] = Latest()
        self._rows: Latest[list[Row]] = Latest()
        self._services: Latest[Sequence[Service]] = Latest()
        self._audited: Latest[Audited] = Latest()
        self._audit_health: Latest[AuditHealth] = Latest()
        self._history: Latest[list[Held | Damaged]] = Latest()
        self._requests: Latest[list[AccessRequest]] = Latest()

    def true_now(self) -> float:
        """POSIX seconds, of sessions, audit and exemptions."""
        return self._clock()

    def rows(self) -> list[Row]:
        """Every listed name with where it stands, as the files say now. Raises `BadInput`."""
        settings = self.settings()
        return self._rows.get(self._lists_mark(settings), lambda: all_rows(settings))

    def service_ids(self, text: str) -> tuple[str, ...]:
        """The services that a text names, by id or name. Raises `BadInput` for none, with what was meant perhaps."""
        settings = self.settings()
        known = self._services.get(self._lists_mark(settings), lambda: services(settings))
        return tuple(sorted({each.id for each in services_called(known, text)}))

    def service_name(self, service: str) -> str:
        """What a service is called; its id where nothing else is known. Raises `BadInput`."""
        settings = self.settings()
        known = self._services.get(self._lists_mark(settings), lambda: services(settings))
        return next((each.name for each in known if each.id == service), service)

    def _lists_mark(self, settings: Settings) -> object:
        rules = settings.state_dir / service_rules_store.FILE
        return fingerprint([self._config, settings.zones_dir, list_cache(settings), rules])

    def audited(self) -> Audited:
        """The audit as it is now. Raises `BadInput` for one that cannot be read."""
        path = self.state_dir / audit.FILE
        mark = fingerprint([path, path.with_name(f"{path.name}.head")])
        return self._audited.get(mark, lambda: _audited(path))

    def look(self) -> None:
        """Note how the service is now: its queries, and what the history of its running is made of."""
        self.status.sample()
        if self.is_rehearsal:
            return
        with suppress(BadInput, OSError):  # nobody answers, or there is no disk to look at
            self.operations.look(self.status.get())

    def audit_health(self) -> AuditHealth:
        """How the audit was when it was last looked through, `AUDIT_SECONDS` ago at most."""
        now = self.true_now()
        return self._audit_health.get(now // AUDIT_SECONDS, lambda: _health(self.state_dir / audit.FILE, now))

    def history(self) -> list[Held | Damaged]:
        """The policies that were in force, the newest first. Raises `OSError`."""
        shelf = Shelf(self.state_dir)
        return self._history.get(fingerprint([shelf.folder]), lambda: [*kept(shelf)])

    def requests(self) -> list[AccessRequest]:
        """What staff asked for, as it is now. Raises `BadInput`."""
        mark = fingerprint([self.state_dir / access_requests.FILE])
        return self._requests.get(mark, lambda: access_requests.load(self.state_dir))

    def rounding(self) -> Rounding:
        """How numbers are rounded for who is not the administrator (PRIV-3). Raises `BadInput`, `OSError`."""
        return rounding_of(self.settings())

    def now(self) -> float:
        """POSIX seconds as the service counts them; in a rehearsal that is another time."""
        return self._clock() + self._rehearsal

    @property
    def is_rehearsal(self) -> bool:
        """Whether the service's clock shows another time."""
        return self._rehearsal != 0.0

    def ask(self, request: Request[A], timeout: float = client.TIMEOUT) -> A | None:
        """Send a request to the control socket; None where no service runs. Raises `Refused` and `BadInput`."""
        return client.ask(self.state_dir, request, timeout)

    def answer(self, request: Request[A]) -> A:
        """The same of a service that must run. Raises `Refused` and `BadInput`."""
        answer = self.ask(request)
        if answer is None:
            raise BadInput("the service does not answer")
        return answer

    def settings(self) -> Settings:
        """The configuration as the file says now. Raises `BadInput`."""
        return self._settings.get(fingerprint([self._config]), lambda: load_settings(self._config))

    def policy(self) -> Snapshot:
        """The policy in force. Raises `BadInput`."""
        try:
            return self._policy()
        except BadInput:
            self.status.forget()  # the one that was told of is gone already
            return self._policy()

    def _policy(self) -> Snapshot:
        directory = self.status.get().directory
        switches = self.switches()
        loaded = self._snapshot.get(directory, lambda: snapshot.load(Path(directory)))
        return self._switched.get((directory, switches), lambda: loaded.switched(switches))

    def switches(self) -> tuple[Switch, ...]:
        """The switches that have not been taken away. Raises `BadInput`."""
        try:
            return switches_store.load(self.state_dir)
        except OSError as error:
            raise BadInput("the switches cannot be read: {reason}", reason=system_reason(error)) from error

    def explainer(self) -> Explainer:
        """What tells what the service answers. Raises `BadInput`."""
        try:
            return self._explain()
        except BadInput:
            self.status.forget()
            return self._explain()

    def _explain(self) -> Explainer:
        directory = self.status.get().directory
        switches = self.switches()
        return self._explainer.get(
            (directory, switches), lambda: explainer_of(Path(directory), ZONE_TEXT, switches)
        )

    def schedule(self, name: str = "") -> tuple[str, Schedule]:
        """A schedule in force, and its name; the default one without a name. Raises `BadInput`."""
        policy = self.policy()
        wanted = name or policy.clients.default.schedule
        if wanted not in policy.schedules:
            said = Message("there is no schedule {name!r}", name=wanted)
            raise BadInput(did_you_mean(said, wanted, policy.schedules))
        return wanted, policy.schedules[wanted]

    def trail(self, person: Person) -> Trail:
        """The audit as somebody writes it."""
        if person.session is not None:
            return self.trail_by(person.name)
        return Trail(self.state_dir / audit.FILE, person.name, self.true_now, {"through": "token"})

    def trail_by(self, name: str) -> Trail:
        """The same of whoever comes by a page."""
        return Trail(self.state_dir / audit.FILE, name, self.true_now, {"through": "dashboard"})

    def reload(self) -> None:
        """Have the service take up what was written. Raises `BadInput` where it keeps its old policy."""
        try:
            answer = self.ask(Reload(accept_removed=False), client.RELOAD_SECONDS)
            kept = Message("it does not answer") if answer is None else None
        except client.Refused as refused:
            kept = refused.message
        self.status.forget()
        if kept:
            raise BadInput("written, but the service keeps its old policy: {reason}", reason=kept)

    @property
    def config(self) -> Path:
        """The file of the configuration."""
        return self._config


def _health(path: Path, now: float) -> AuditHealth:
    try:
        verdict = audit.verify(path)
    except (BadInput, OSError):
        return AuditHealth(False, 0, now)
    return AuditHealth(verdict.ok, verdict.records, now)


def _audited(path: Path) -> Audited:
    verdict = audit.verify(path)
    last: deque[Record] = deque(maxlen=MAX_RECORDS)
    try:
        last.extend(audit.read(path))
    except BadInput:
        pass  # the verdict says which line cannot be read
    return Audited(verdict, tuple(last))
