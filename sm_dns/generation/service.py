"""`service.json`: what a compiled generation tells the control process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sm_dns.generation.certificate import Certificate
from sm_dns.generation.feeds import FeedsPlan
from sm_dns.generation.fleet import FleetPlan
from sm_dns.generation.lan import LanPlan
from sm_dns.generation.list_source import ListSource
from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.generation.requests import RequestPlan
from sm_dns.generation.validation import ValidationPlan
from sm_dns.generation.web import Addresses, WebPlan
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.fingerprint import Fingerprint
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json, to_json

SERVICE_FILE = "service.json"


@dataclass(frozen=True)
class Service:
    """What the control process knows of a configuration. Paths are absolute; `lists` maps a list to its seconds,
    `reports` a report to its day of the month. `sources` are the lists of the site and by URL.

    `devices_are_told`: a trusted forwarder tells by which device it was asked.
    `push_head`: seconds between two times that the head of the audit is told elsewhere, 0 for never.
    `own_links` are the networks that `own-links` stood for; none where nothing depends on them.
    `requests` is None where staff cannot ask for a closed site.
    `validation` is None where nobody is said to validate, `fleet` of a server alone.
    `left_out` maps parts that this compile did without to the reason. `config` is the file it was made of.
    `seen` is what the watched files looked like before they were read: a change since then is still to be taken in.
    """

    listen: Addresses
    dot: Addresses
    doh: Addresses
    doh_path: str
    http: Addresses
    https: Addresses
    workers: int
    state_dir: str
    watched: tuple[str, ...]
    seen: Fingerprint
    lists: dict[str, int]
    sources: tuple[ListSource, ...]
    findings: tuple[Finding, ...]
    default_schedule: str
    log_level: str
    certificate: Certificate | None
    portal_certificate: Certificate | None
    monitoring: MonitoringPlan
    web: WebPlan
    feeds: FeedsPlan
    schedules: str  # the text of `policy.schedule_text`
    reports: dict[str, int]
    config: str
    left_out: dict[str, Message]
    own_links: tuple[str, ...]
    lan: LanPlan | None
    devices_are_told: bool
    push_head: int
    requests: RequestPlan | None
    validation: ValidationPlan | None
    fleet: FleetPlan | None

    def start_settings(self) -> tuple[object, ...]:
        """What a running service does not take up before its next start, listeners and the dashboard apart."""
        return (self.workers, self.state_dir, self.log_level, self.monitoring.start_settings())


def write_service(directory: Path, service: Service) -> None:
    """Add the control process's part to a generation."""
    text = json.dumps(to_json(service), ensure_ascii=False) + "\n"
    (directory / SERVICE_FILE).write_text(text, encoding="utf-8")


def read_service(directory: Path) -> Service:
    """The control process's part of a generation. Raises `BadInput` when it is not as it must be."""
    path = directory / SERVICE_FILE
    try:
        return from_json(Service, json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError, BadInput) as error:
        raise BadInput("not a generation: {reason}", file=path, reason=error) from error
