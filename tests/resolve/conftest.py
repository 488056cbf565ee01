from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.policy.snapshot import Snapshot
from tests.support.desk import Desk, snapshot


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The office's policy, which nothing changes."""
    return snapshot(tmp_path_factory.mktemp("policy"))


@pytest.fixture
def desk(policy: Snapshot) -> Desk:
    """A resolver under that policy that knows nothing yet."""
    return Desk(policy)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A place for a generation of one's own."""
    return tmp_path
