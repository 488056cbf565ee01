from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.usage_store import main, rows


def test_as_many_rows_come_as_were_asked_for() -> None:
    made = [row for batch in rows(50, 2, 2000) for row in batch]
    assert 1500 < len(made) <= 2000
    assert len({row[:9] for row in made}) == len(made)


def test_a_small_store_keeps_the_bar_of_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(tmp_path, 50, 2, 2000)
    assert "usage of one service" in capsys.readouterr().out
    assert next(tmp_path.glob("usage-*.db")).stat().st_size < 2000 * 400
