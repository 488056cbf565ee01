"""A dashboard of a test's own, with people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dashboard import Dashboard


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
