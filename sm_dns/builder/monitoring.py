"""The plan that a configuration makes for monitoring: defaults filled in, values plain."""

from __future__ import annotations

from sm_dns.generation.lease_source import LeaseSource
from sm_dns.generation.monitoring import LogonSource, MonitoringPlan
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.state.pushed_logons import file_of


def monitoring_plan(settings: Settings) -> MonitoringPlan:
    """What the control process gets to know. The key lies apart from the store (PRIV-1)."""
    given = settings.monitoring
    return MonitoringPlan(
        enabled=given.enabled,
        store=given.store or str(settings.state_dir / "monitor" / "usage.db"),
        key_file=str(given.key_file or settings.state_dir / "keys" / "pseudonym.key"),
        source=given.source,
        leases=lease_sources(settings),
        logons=tuple(
            LogonSource(str(file_of(settings.state_dir)), "json", is_pushed=True)
            if one.file is None
            else LogonSource(str(one.file), one.format or "", is_pushed=False)
            for one in given.logons
        ),
        neighbours=given.neighbours,
        staff_map=None if given.staff_map is None else str(given.staff_map),
        host_rule=given.host_rule,
        departments={one.name: tuple(one.networks) for one in given.departments},
        zone=_zone(settings),
    )


def lease_sources(settings: Settings) -> tuple[LeaseSource, ...]:
    """Where leases are told; times that are local in a file are the office's."""
    zone = _zone(settings)
    return tuple(
        LeaseSource("file", str(one.file), one.format or "", zone)
        if one.file is not None
        else LeaseSource("kea_socket", str(one.kea_socket), "", zone)
        for one in settings.monitoring.leases
    )


def _zone(settings: Settings) -> str:
    name = settings.default_schedule
    return check_schedule(settings, name, settings.schedules[name]).zone.key
