"""The numbers of staff that the configuration gives, for a period (D-10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sm_dns.monitor.headcount import Base, Dated, in_period
from sm_dns.settings.blocks.monitoring import BaseSettings, MonitoringSettings


def whole_base(given: MonitoringSettings, first: date, last: date) -> Base:
    """Of the whole agency."""
    return in_period(_dated(given.base), first, last)


def department_bases(given: MonitoringSettings, first: date, last: date) -> dict[str, Base]:
    """Of each department."""
    return {each.name: in_period(_dated(each.base), first, last) for each in given.departments}


def numbers(bases: Mapping[str, Base]) -> dict[str, int]:
    """The numbers of those that have one."""
    return {name: base.number for name, base in bases.items() if base.number is not None}


def _dated(given: Iterable[BaseSettings]) -> list[Dated]:
    return [Dated(each.since, each.base) for each in given]
