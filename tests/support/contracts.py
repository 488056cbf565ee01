"""What processes tell each other where nothing has happened: `replace` what a test is about."""

from __future__ import annotations

from pathlib import Path

from sm_dns.agency.profile import shipped
from sm_dns.generation.lease_source import LeaseSource
from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.i18n.text import Text
from sm_dns.ipc.figures import UpstreamFigures, WaitClass, WorkerFigures
from sm_dns.ipc.status import MonitoringStatus, PortalStatus, Status, WorkerStatus
from sm_dns.policy.status import GroupRow, ScheduleState
from sm_dns.portal.settings import PortalSettings
from sm_dns.util.lately import Occurrences
from sm_dns.util.message import NOTHING, Message

NEVER = Occurrences(count=0, first=0.0, last=0.0, what=Message(""))

UPSTREAM = UpstreamFigures(
    address="192.0.2.1:53",
    latency_ms=50.0,
    resting=False,
    failures=0,
    answers=0,
    without_edns=False,
    without_tcp=False,
    trouble=NOTHING,
)

FIGURES = WorkerFigures(
    generation=1,
    without_policy=NOTHING,
    compiled=False,
    drains_compiled=0,
    listeners_udp=1,
    queries_udp=0,
    queries_tcp=0,
    queries_dot=0,
    queries_doh=0,
    memo_hits=0,
    limited=0,
    overlong=0,
    undelivered=0,
    rcodes=(("NOERROR", 0),),
    waits=(WaitClass(0.5, 0), WaitClass(None, 0)),
    waited=0.0,
    cache_entries=0,
    cache_bytes=0,
    under_way=0,
    clock_steps=0,
    forwarders=(),
    faults=NEVER,
    system_lack="",
    system_servers=0,
    upstreams=(UPSTREAM,),
)

NO_SWITCHES = Path("/nowhere/switches.json")

WORKER = WorkerStatus(number=0, pid=4711, restarts=0, ends=NEVER, figures=FIGURES)
WORKER_DOWN = WorkerStatus(number=1, pid=None, restarts=0, ends=NEVER, figures=None)
PORTAL_DOWN = PortalStatus(pid=None, restarts=0, ends=NEVER, figures=None)

MONITORING = MonitoringStatus(
    store="/var/lib/usage.db", key_id=None, waiting=0, lost=0, counted=(), subjects=None
)

STATUS = Status(
    pid=4710,
    config="/etc/sm-dns/sm-dns.yaml",
    at="2026-08-10T04:00:00Z",
    rehearsal=False,
    uptime_seconds=4000,
    listening=("127.0.0.1:5335",),
    generation=1,
    version="411695eef406",
    names=2,
    directory="/var/lib/sm-dns/generations/00000001",
    schedules=(),
    switches=(),
    groups=(),
    last_flip=None,
    last_error=None,
    left_out=(),
    findings=(),
    monitoring=None,
    web=None,
    alarms=(),
    not_compiled=None,
    workers=(WORKER,),
    portal=None,
    lists=(),
    fleet=None,
    failed_reports=(),
)


def lease_file(path: object, form: str = "") -> LeaseSource:
    """A file of leases whose local times are Malaysia's."""
    return LeaseSource("file", str(path), form, "Asia/Kuala_Lumpur")


MONITORING_PLAN = MonitoringPlan(
    enabled=True,
    store="/s",
    key_file="/k",
    source="local",
    leases=(),
    logons=(),
    neighbours=False,
    staff_map=None,
    host_rule=None,
    departments={},
    zone="Asia/Kuala_Lumpur",
)

PORTAL_SETTINGS = PortalSettings(
    agency=Text("", ""),
    profile=shipped("jkdm"),
    data_officer="",
    contact="",
    reference="",
    services={},
    name="",
    link="",
    monitored=True,
    raw_days=180,
    aggregate_months=24,
    acknowledged=None,
    requests=None,
    certificate=None,
    key=None,
)
SCHEDULE_STATE = ScheduleState(
    schedule="default",
    state="denied",
    in_force=True,
    reason_code="WORKING_HOURS",
    reason="working hours",
    at="2026-08-10T12:00:00",
    next_transition="2026-08-10T13:00:00",
    seconds_to_transition=3600,
)
GROUP_ROW = GroupRow(
    group="office",
    for_the_rest=False,
    schedule="default",
    state="denied",
    because="schedule",
    reason="working hours",
    exemptions=(),
    until="2026-08-10T13:00:00",
    timezone="Asia/Kuala_Lumpur",
    seconds=3600,
)
