"""What the control process needs to know for monitoring, as plain values of `service.json`."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.generation.lease_source import LeaseSource


@dataclass(frozen=True)
class LogonSource:
    """A file, or a folder, by its absolute path. `form`: of `monitor/identity/logons/forms.py`, "" to look.
    `is_pushed`: the file of what programs push, which the first of them makes."""

    path: str
    form: str
    is_pushed: bool


@dataclass(frozen=True)
class MonitoringPlan:
    """Paths are absolute; `store` is a path or a postgresql:// address; `zone` an IANA name, for dates of the map."""

    enabled: bool
    store: str
    key_file: str
    source: str
    leases: tuple[LeaseSource, ...]
    logons: tuple[LogonSource, ...]
    neighbours: bool
    staff_map: str | None
    host_rule: str | None
    departments: dict[str, tuple[str, ...]]
    zone: str

    def start_settings(self) -> tuple[object, ...]:
        """What holds until the next start."""
        return self.store, self.key_file, self.source
