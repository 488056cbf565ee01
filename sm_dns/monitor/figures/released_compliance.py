"""The numbers of the compliance report for who is not the administrator: every number of queries rounded (PRIV-3).

A number is named by what it counts, not by when: the same count is rounded alike in every period.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.compliance import compliance
from sm_dns.monitor.figures.coverage import everything_in
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.figures.released import released_coverage
from sm_dns.monitor.model import ComplianceReport, ExemptionUse, OutcomeCounts
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.database import Database

Counts = TypeVar("Counts", bound=OutcomeCounts)


def released_compliance(
    database: Database, selection: Selection, basis: Basis, rounding: Rounding
) -> ComplianceReport:
    """RPT-3, rounded. Arguments and errors are those of `compliance`."""
    exact = compliance(database, selection, basis)

    def told(what: str, counts: Counts) -> Counts:
        table = {
            name: None if count is None else rounding.events(f"{what} {name}", count).count
            for name, count in counts.by_outcome.items()
        }
        total = None if counts.total is None else rounding.events(what, counts.total).count
        return replace(counts, by_outcome=table, total=total)

    return replace(
        exact,
        categories=tuple(told(f"category {each.category}", each) for each in exact.categories),
        services=tuple(told(each.service, each) for each in exact.services),
        per_day=tuple(told("day", each) for each in exact.per_day),
        exemptions=tuple(_exemption(each, rounding) for each in exact.exemptions),
        bypass=told(f"category {exact.bypass.category}", exact.bypass),
        whole=told("all", exact.whole),
        coverage=released_coverage(exact.coverage, everything_in(database, span(selection)), rounding),
        step=rounding.step,
    )


def _exemption(use: ExemptionUse, rounding: Rounding) -> ExemptionUse:
    """Of few queries it is not told for what they were."""
    assert use.queries is not None  # an exact one
    queries = rounding.events(f"exemption {use.exemption}", use.queries).count
    return replace(use, queries=queries, services=() if queries is None else use.services)
