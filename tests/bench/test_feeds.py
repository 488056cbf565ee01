"""A thousand secondaries at an edge, and all of them taking the whole list at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.feeds import measure

MAX_MEGABYTES = 200
EDGE_SECONDS = 2.0  # of one core; the clock of a busy machine is another thing
PATIENCE_SECONDS = 15.0
FLOOD_SECONDS = 1.0  # of one core, for ten thousand questions in a second


@pytest.mark.bench
@pytest.mark.timeout(300)
def test_a_thousand_secondaries(tmp_path: Path) -> None:
    found = measure(5_000, 1_000, tmp_path)
    print(found)
    assert found.cpu <= EDGE_SECONDS
    assert found.last <= PATIENCE_SECONDS
    assert found.memory <= MAX_MEGABYTES
    assert found.strangers <= FLOOD_SECONDS
    assert found.forged <= FLOOD_SECONDS
