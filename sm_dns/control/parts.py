"""What the control process consists of, as those who look after it hold it."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.collect.collector import Collector
from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.control.clients.present_clients import PresentClients
from sm_dns.control.clients.traces import Traces
from sm_dns.control.handing_out import HandingOut
from sm_dns.control.jobs import Jobs
from sm_dns.control.left_out import LeftOut
from sm_dns.control.processes.feeds_process import FeedsProcess
from sm_dns.control.processes.fleet_process import FleetProcess
from sm_dns.control.processes.portal_process import Portal
from sm_dns.control.processes.web_process import WebProcess
from sm_dns.control.processes.workers import Workers
from sm_dns.control.publisher import Publisher
from sm_dns.control.service_log import ServiceLog
from sm_dns.control.switchboard import Switchboard
from sm_dns.lan.names import LanNames
from sm_dns.listen.addresses import Listening
from sm_dns.util.clock import Clock


@dataclass(frozen=True, slots=True)
class Parts:
    """`collector` is None where nothing is counted."""

    clock: Clock
    listening: Listening
    handing_out: HandingOut
    generations: Publisher
    workers: Workers
    portal: Portal
    jobs: Jobs
    service_log: ServiceLog
    sources: IdentitySources
    collector: Collector | None
    switchboard: Switchboard
    present: PresentClients
    traces: Traces
    lan: LanNames
    web: WebProcess
    fleet: FleetProcess
    feeds: FeedsProcess
    left_out: LeftOut
