from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.state.lists.list_checks import CACHE, due

NOW = 1_786_334_400.0
HOUR = 3600.0


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        (NOW - HOUR, NOW + 5 * HOUR),
        (NOW - 6 * HOUR, NOW),
        (NOW - 30 * HOUR, NOW),
        (NOW + HOUR, NOW),
        (None, NOW),
        ("x", NOW),
    ],
)
def test_a_list_is_due_so_long_after_it_was_last_known_current(
    tmp_path: Path, checked: float | str | None, expected: float
) -> None:
    (tmp_path / CACHE).mkdir()
    (tmp_path / CACHE / "big.json").write_text(json.dumps({"checked": checked}))
    assert due(tmp_path, "big", 6 * HOUR, NOW) == expected


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00"])
def test_a_list_without_readable_notes_is_due_now(tmp_path: Path, text: str) -> None:
    assert due(tmp_path, "big", HOUR, NOW) == NOW
    (tmp_path / CACHE).mkdir()
    (tmp_path / CACHE / "big.json").write_text(text)
    assert due(tmp_path, "big", HOUR, NOW) == NOW
