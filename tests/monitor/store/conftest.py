"""Empty stores of both kinds: what holds for one must hold for the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from tests.support import postgres


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    with postgres.running() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place without a store yet."""
    if request.param == "sqlite":
        return str(tmp_path / "usage.db")
    running: postgres.Server = request.getfixturevalue("server")
    return running.new_database()


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    made = Store(place)
    yield made
    made.close()
