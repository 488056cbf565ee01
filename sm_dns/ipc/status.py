"""How the service is: everything that `sm-dns status` and the dashboard show."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.ipc.figures import PortalFigures, WorkerFigures
from sm_dns.ipc.fleet import FleetStatus
from sm_dns.policy.status import GroupRow, ScheduleState, SwitchTold
from sm_dns.state.transitions import Flip
from sm_dns.util.finding import Finding
from sm_dns.util.lately import Occurrences
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc


@dataclass(frozen=True)
class LeftOutPart:
    """A part that the service does without, why, and since when."""

    part: str
    reason: Message
    since: str


@dataclass(frozen=True)
class Alarm:
    """What wanted a person at some time."""

    at: Utc
    text: Message


@dataclass(frozen=True)
class Subjects:
    """Who is known to be in the network: devices, those of them by made-up hardware addresses, staff."""

    devices: int
    random_devices: int
    staff: int


@dataclass(frozen=True)
class MonitoringStatus:
    """`counted`: category, outcome and queries since the start. `subjects`: None before the first look at them."""

    store: str
    key_id: str | None
    waiting: int
    lost: int
    counted: tuple[tuple[str, str, int], ...]
    subjects: Subjects | None


@dataclass(frozen=True)
class WebStatus:
    """The dashboard's process. `problem`: why it does not run, or nothing."""

    pid: int | None
    restarts: int
    listening: tuple[str, ...]
    problem: Message


@dataclass(frozen=True)
class WorkerStatus:
    """A worker. `ends`: how it ended of late; `figures`: None while it is down or silent."""

    number: int
    pid: int | None
    restarts: int
    ends: Occurrences
    figures: WorkerFigures | None


@dataclass(frozen=True)
class PortalStatus:
    """The portal's process, as a worker's."""

    pid: int | None
    restarts: int
    ends: Occurrences
    figures: PortalFigures | None


@dataclass(frozen=True)
class ListStanding:
    """A list of the site or by URL: `source` is its file or URL, `changed` when the file changed or the copy came,
    `checked` when that was last known to be current; what was read of it is as in `lists.list_read`."""

    name: str
    category: str
    source: str
    changed: Utc | None
    checked: Utc | None
    names: int
    exceptions: int
    unusable: int
    beyond_dns: int
    stays_open: int


@dataclass(frozen=True)
class FailedReport:
    """A report of the clock, by name, that could not be made when it was last tried, and why."""

    name: str
    at: Utc
    reason: Message


@dataclass(frozen=True)
class Status:
    """`monitoring`, `web`, `portal`, `fleet`: None where there is none. `last_error`: why an older policy is in
    force."""

    pid: int
    config: str
    at: str
    rehearsal: bool
    uptime_seconds: int
    listening: tuple[str, ...]
    generation: int
    version: str
    names: int
    directory: str
    schedules: tuple[ScheduleState, ...]
    groups: tuple[GroupRow, ...]
    switches: tuple[SwitchTold, ...]
    last_flip: Flip | None
    last_error: Message | None
    left_out: tuple[LeftOutPart, ...]
    findings: tuple[Finding, ...]
    monitoring: MonitoringStatus | None
    web: WebStatus | None
    alarms: tuple[Alarm, ...]
    not_compiled: str | None
    workers: tuple[WorkerStatus, ...]
    portal: PortalStatus | None
    lists: tuple[ListStanding, ...]
    failed_reports: tuple[FailedReport, ...]
    fleet: FleetStatus | None

    @property
    def figures(self) -> list[WorkerFigures]:
        """Those of the workers that are up."""
        return [worker.figures for worker in self.workers if worker.figures is not None]

    @property
    def is_healthy(self) -> bool:
        """Whether it answers by a policy that is in force."""
        return any(not each.without_policy for each in self.figures)

    @property
    def queries(self) -> int:
        """All that the workers answered."""
        return sum(each.queries for each in self.figures)
