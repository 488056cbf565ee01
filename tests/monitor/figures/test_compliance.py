"""Queries by category, service, day and exemption."""

from __future__ import annotations

from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from tests.monitor.figures.asking import changed, compliance
from tests.support import ump
from tests.support.rows import KEY, row


def test_compliance_counts_queries(store: Store) -> None:
    hour = ump.at(1, 8)
    store.add(
        [
            row("ali", hour=hour, queries=3),
            row("ali", hour=hour, outcome="denied", visit=False, queries=2),
            row("officer4", hour=hour, outcome="exempt", exemption="e1", queries=4),
            row(
                "x", kind="address", hour=hour, service="doh", category="bypass", outcome="denied", queries=5
            ),
            row("ali", hour=hour + HOUR, queries=100),
        ],
        KEY,
    )
    every = changed(services=(), outcomes=("permitted", "denied", "would_deny", "exempt"))
    report = compliance(store, every)
    by_category = {each.category: dict(each.by_outcome) for each in report.categories}
    assert by_category == {
        "bypass": {"permitted": 0, "denied": 5, "would_deny": 0, "exempt": 0},
        "social": {"permitted": 3, "denied": 2, "would_deny": 0, "exempt": 4},
    }
    assert report.bypass.by_outcome["denied"] == 5
    assert [(each.exemption, each.queries, each.services) for each in report.exemptions] == [
        ("e1", 4, ("facebook",))
    ]
    assert report.per_day[1].total == 14
    assert report.per_day[0].total == 0
