"""The record of edges at other resolvers: when each of them was first seen to answer by one, asked from here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sm_dns.util.errors import BadInput
from sm_dns.util.files import append_line, lines_of
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
    append_line(state_dir / FILE, json.dumps(to_json(flip)), MAX_BYTES)


def read(state_dir: Path) -> Iterator[ResolverFlip]:
    """Those on record, the file that was set aside first; a line that a crash cut short or damaged is passed over."""
    for _, _, line in lines_of(state_dir / FILE):
        try:
            yield from_json(ResolverFlip, json.loads(line))
        except (ValueError, BadInput):
            continue
