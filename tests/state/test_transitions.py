from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.state import transitions
from sm_dns.state.transitions import Flip
from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import to_json


def flip(lag_ms: int) -> Flip:
    return Flip("2026-08-10T05:00:00Z", "default", "permitted", "REST", lag_ms)


LINE = len(json.dumps(to_json(flip(0)))) + 1


def test_flips_are_appended(tmp_path: Path) -> None:
    for number in range(3):
        transitions.record(tmp_path, flip(number))
    assert list(transitions.read(tmp_path)) == [flip(number) for number in range(3)]


def test_a_full_file_is_set_aside_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transitions, "MAX_BYTES", 2 * LINE)
    for number in range(10):
        transitions.record(tmp_path, flip(number))
    assert {path.name for path in tmp_path.iterdir()} == {"flips.jsonl", "flips.jsonl.1"}
    lines = [(tmp_path / name).read_text() for name in ("flips.jsonl.1", "flips.jsonl")]
    numbers = [json.loads(line)["lag_ms"] for line in "".join(lines).splitlines()]
    assert numbers == list(range(numbers[0], 10))
    assert all(len(text) <= 3 * LINE for text in lines)


def test_a_disk_that_refuses_is_told() -> None:
    with pytest.raises(OSError, match=transitions.FILE):
        transitions.record(Path("/proc/nowhere"), flip(0))


def test_half_a_line_is_passed_over_and_what_is_no_flip_is_told(tmp_path: Path) -> None:
    transitions.record(tmp_path, flip(1))
    with (tmp_path / transitions.FILE).open("a") as file:
        file.write('{"at": "2026-0\n')
    transitions.record(tmp_path, flip(2))
    assert list(transitions.read(tmp_path)) == [flip(1), flip(2)]
    with (tmp_path / transitions.FILE).open("a") as file:
        file.write('{"at": "2026-08-10T05:00:00Z"}\n')
    with pytest.raises(BadInput, match=r"flips\.jsonl:4: is no flip: schedule: missing"):
        list(transitions.read(tmp_path))
