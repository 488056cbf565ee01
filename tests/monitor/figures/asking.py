"""Figures of the case of the letter, as reports ask for them; numbers below five are kept back."""

from __future__ import annotations

import dataclasses

from sm_dns.monitor.figures import compliance as of_queries
from sm_dns.monitor.figures import figures
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.model import ComplianceReport, DepartmentReport, UsageReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.store import Store
from tests.support import ump


def usage(
    store: Store, selection: Selection = ump.SELECTION, base: int | None = None, small_cell: int = 5
) -> UsageReport:
    with store.reading() as database:
        headcount = Headcount() if base is None else Headcount.always(base)
        basis = dataclasses.replace(ump.BASIS, headcount=headcount, small_cell=small_cell)
        return figures.usage(database, selection, basis)


def departments(store: Store, selection: Selection = ump.SELECTION) -> DepartmentReport:
    with store.reading() as database:
        return figures.departments(database, selection, ump.BASIS)


def compliance(store: Store, selection: Selection = ump.SELECTION) -> ComplianceReport:
    with store.reading() as database:
        return of_queries.compliance(database, selection, ump.BASIS)


def changed(**changes: object) -> Selection:
    return dataclasses.replace(ump.SELECTION, **changes)  # type: ignore[arg-type]
