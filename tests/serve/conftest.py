from __future__ import annotations

import pytest

from sm_dns.policy.snapshot import Snapshot
from tests.support.desk import snapshot


@pytest.fixture(scope="session")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The office's policy, which nothing changes."""
    return snapshot(tmp_path_factory.mktemp("policy"))
