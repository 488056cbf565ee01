"""The record of edges at other resolvers: when each of them was first seen to answer by one, asked from here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there
from sm_dns.util.schema_notes import Utc
from sm_dns.util.typed_json import from_json, to_json

FILE = "resolver-flips.jsonl"
MAX_BYTES = 4 << 20  # then the file is set aside as resolver-flips.jsonl.1, replacing the one before


@dataclass(frozen=True)
class ResolverFlip:
    """An edge (UTC, ISO) at a resolver, and after how many milliseconds it answered so; None where it did not."""

    at: Utc
    resolver: str
    state: Literal["permitted", "denied"]
    lag_ms: int | None


def record(state_dir: Path, flip: ResolverFlip) -> None:
    """Append one. Raises `OSError` when the disk refuses."""
    path = state_dir / FILE
    if path.exists() and path.stat().st_size > MAX_BYTES:
        path.replace(path.with_name(f"{FILE}.1"))
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(to_json(flip)) + "\n")


def read(state_dir: Path) -> Iterator[ResolverFlip]:
    """Those on record, the file that was set aside first; a line that a crash cut short or damaged is passed over."""
    for name in (f"{FILE}.1", FILE):
        path = state_dir / name
        if not is_there(path):
            continue
        with path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    yield from_json(ResolverFlip, json.loads(line))
                except (ValueError, BadInput):
                    continue
