from __future__ import annotations

from pathlib import Path

from tests.bench.committed import FILE, fallen, keep


def test_a_ratio_that_rose_by_more_than_is_allowed_is_told(tmp_path: Path) -> None:
    file = tmp_path / "performance.json"
    assert fallen("ways", {"TCP": 9.0}, file) == []  # nothing is known yet
    keep("ways", {"TCP": 1.0, "DoT": 2.0}, file)
    keep("others", {"TCP": 5.0}, file)
    assert fallen("ways", {"TCP": 1.14, "DoT": 2.31, "new": 7.0}, file) == [
        "ways: DoT: 2.31, and it was 2.00"
    ]
    keep("ways", {"TCP": 1.5}, file)
    assert fallen("ways", {"TCP": 1.6, "DoT": 9.0}, file) == []
    assert fallen("others", {"TCP": 6.0}, file) == ["others: TCP: 6.00, and it was 5.00"]


def test_the_committed_figures_can_be_read() -> None:
    assert fallen("ways", {"TCP": 100.0}, FILE)
