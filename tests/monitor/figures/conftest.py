"""An empty store, and the one of the case of the letter (`tests/support/ump.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from tests.support import ump
from tests.support.rows import KEY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "usage.db")
    yield made
    made.close()


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("letter") / "usage.db")
    made.add(ump.rows(), KEY)
    yield made
    made.close()
