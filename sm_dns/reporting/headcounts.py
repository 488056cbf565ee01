"""The numbers of staff that the configuration gives (D-10)."""

from __future__ import annotations

from sm_dns.monitor.headcount import DatedWeek, Headcount
from sm_dns.settings.blocks.monitoring import BaseSettings, MonitoringSettings


def whole_headcount(given: MonitoringSettings) -> Headcount:
    """Of the whole agency."""
    return _headcount(given.base)


def department_headcounts(given: MonitoringSettings) -> dict[str, Headcount]:
    """Of each department."""
    return {each.name: _headcount(each.base) for each in given.departments}


def _headcount(given: tuple[BaseSettings, ...]) -> Headcount:
    return Headcount(tuple(DatedWeek(each.since, each.base) for each in given))
