"""`service.json`: what a compiled generation tells the control process."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sm_dns.generation.certificate import Certificate
from sm_dns.generation.lan import LanPlan
from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.generation.web import WebPlan
from sm_dns.util.errors import BadInput
from sm_dns.util.fingerprint import Fingerprint

SERVICE_FILE = "service.json"
_PLACES = ("listen", "dot", "doh", "http", "https")
_CERTIFICATES = ("certificate", "portal_certificate")


@dataclass(frozen=True)
class Service:
    """What the control process knows of a configuration. Paths are absolute; `lists` maps a list to its seconds,
    `reports` a report to its day of the month.

    `own_links` are the networks that `own-links` stood for; none where nothing depends on them.
    `left_out` maps parts that this compile did without to the reason. `config` is the file it was made of.
    `seen` is what the watched files looked like before they were read: a change since then is still to be taken in.
    """

    listen: list[tuple[str, int]]
    dot: list[tuple[str, int]]
    doh: list[tuple[str, int]]
    doh_path: str
    http: list[tuple[str, int]]
    https: list[tuple[str, int]]
    workers: int
    state_dir: str
    watched: list[str]
    seen: Fingerprint
    lists: dict[str, int]
    findings: list[dict[str, str]]
    default_schedule: str
    log_level: str
    certificate: Certificate | None
    portal_certificate: Certificate | None
    monitoring: MonitoringPlan
    web: WebPlan
    schedules: str  # the text of `policy.schedule_text`
    reports: dict[str, int] = field(default_factory=dict)
    config: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    own_links: list[str] = field(default_factory=list)
    lan: LanPlan | None = None

    def start_settings(self) -> tuple[object, ...]:
        """What a running service does not take up before its next start, listeners and the dashboard apart."""
        return (self.workers, self.state_dir, self.log_level, self.monitoring.start_settings())


def write_service(directory: Path, service: Service) -> None:
    """Add the control process's part to a generation."""
    fields = {**asdict(service), "seen": sorted(service.seen)}
    text = json.dumps(fields, ensure_ascii=False) + "\n"
    (directory / SERVICE_FILE).write_text(text, encoding="utf-8")


def read_service(directory: Path) -> Service:
    """The control process's part of a generation. Raises `BadInput` when it is missing or damaged."""
    path = directory / SERVICE_FILE
    try:
        found = json.loads(path.read_bytes())
        places = {key: [(address, port) for address, port in found[key]] for key in _PLACES}
        certificates = {
            key: None if found[key] is None else Certificate(**found[key]) for key in _CERTIFICATES
        }
        plans = {"monitoring": MonitoringPlan(**found["monitoring"]), "web": WebPlan(**found["web"])}
        lan = LanPlan(**found["lan"]) if found.get("lan") else None
        seen = frozenset(map(tuple, found["seen"]))
        return Service(**{**found, **places, **certificates, **plans, "seen": seen, "lan": lan})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BadInput(f"not a generation: {error}", file=path) from error
