from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.state import transitions


def test_flips_are_appended(tmp_path: Path) -> None:
    for number in range(3):
        transitions.record(tmp_path, {"lag_ms": number})
    lines = (tmp_path / transitions.FILE).read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"lag_ms": number} for number in range(3)]


def test_a_full_file_is_set_aside_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitions, "MAX_BYTES", 40)
    for number in range(10):
        transitions.record(tmp_path, {"lag_ms": number})
    assert {path.name for path in tmp_path.iterdir()} == {"flips.jsonl", "flips.jsonl.1"}
    lines = [(tmp_path / name).read_text() for name in ("flips.jsonl.1", "flips.jsonl")]
    numbers = [json.loads(line)["lag_ms"] for line in "".join(lines).splitlines()]
    assert numbers == list(range(numbers[0], 10))
    assert all(len(text) <= 40 + len('{"lag_ms": 0}\n') for text in lines)


def test_a_disk_that_refuses_is_told() -> None:
    with pytest.raises(OSError, match=transitions.FILE):
        transitions.record(Path("/proc/nowhere"), {})
