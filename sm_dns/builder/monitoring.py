"""The plan that a configuration makes for monitoring: defaults filled in, values plain."""

from __future__ import annotations

from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings


def monitoring_plan(settings: Settings) -> MonitoringPlan:
    """What the control process gets to know. The key lies apart from the store (PRIV-1)."""
    given = settings.monitoring
    name = settings.default_schedule
    return MonitoringPlan(
        enabled=given.enabled,
        store=given.store or str(settings.state_dir / "monitor" / "usage.db"),
        key_file=str(given.key_file or settings.state_dir / "keys" / "pseudonym.key"),
        source=given.source,
        leases=tuple(str(path) for path in given.leases),
        neighbours=given.neighbours,
        staff_map=None if given.staff_map is None else str(given.staff_map),
        host_rule=given.host_rule,
        departments={one.name: tuple(one.networks) for one in given.departments},
        zone=check_schedule(settings, name, settings.schedules[name]).zone.key,
    )
