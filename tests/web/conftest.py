"""A dashboard of a test's own, with people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.rows import KEY, row

NOW = 1_786_334_400  # Monday 10 August 2026, 12:00
HOUR = NOW - 3 * 3600
FINANCE, AUDIT, LIBRARY = 137, 223, 311  # numbers that nothing else on a page is


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Dashboard]:
    """One that waits for its first run."""
    dashboard = Dashboard(tmp_path)
    yield dashboard
    dashboard.close()


@pytest.fixture
def dashboard(empty: Dashboard) -> Dashboard:
    """One with people of every role."""
    empty.people()
    return empty


@pytest.fixture
def used(dashboard: Dashboard) -> Dashboard:
    """A morning of three departments."""
    place = dashboard.state / "monitor" / "usage.db"
    place.parent.mkdir(parents=True)
    store = Store(place)
    rows = [
        row(f"{department} {number}", hour=HOUR, department=department, queries=1)
        for department, count in (("Finance", FINANCE), ("Audit", AUDIT), ("Library", LIBRARY))
        for number in range(count)
    ]
    store.add(rows, KEY)
    store.note_running(HOUR)
    store.close()
    return dashboard


HEADS = (
    "[{name: Finance, base: 520, head: finance@example.my}, {name: Audit, base: 440, head: audit@example.my}]"
)


def name_heads(dashboard: Dashboard, port: int) -> None:
    """Say who the heads are, and which server takes their mail."""
    text = dashboard.config.read_text()
    old = "[{name: Finance, base: 520}, {name: Audit, base: 440}]"
    assert old in text
    smtp = f"smtp: {{host: 127.0.0.1, port: {port}, security: none, sender: dns@example.my}}\n"
    dashboard.config.write_text(text.replace(old, HEADS) + smtp)
