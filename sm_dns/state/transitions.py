"""The record of flips: when each edge of a schedule was noticed, and how late. Answers do not wait for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sm_dns.util.files import is_there

FILE = "flips.jsonl"
MAX_BYTES = 1 << 20  # then the file is set aside as flips.jsonl.1, replacing the one before


def record(state_dir: Path, flip: dict[str, Any]) -> None:
    """Append one flip. Raises `OSError` when the disk refuses."""
    path = state_dir / FILE
    if path.exists() and path.stat().st_size > MAX_BYTES:
        path.replace(path.with_name(f"{FILE}.1"))
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(flip) + "\n")


def read(state_dir: Path) -> Iterator[dict[str, Any]]:
    """The flips that are on record, those set aside first. A line that a crash cut short is passed over."""
    for name in (f"{FILE}.1", FILE):
        path = state_dir / name
        if not is_there(path):
            continue
        with path.open(encoding="utf-8") as file:
            for line in file:
                with suppress(ValueError):
                    yield json.loads(line)
