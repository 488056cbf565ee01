"""The record of flips: when each edge of a schedule was noticed, and how late. Answers do not wait for it."""

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

FILE = "flips.jsonl"
MAX_BYTES = 1 << 20  # then the file is set aside as flips.jsonl.1, replacing the one before


@dataclass(frozen=True)
class Flip:
    """A schedule that opened or closed at an instant (UTC, ISO), and by how much later that was noticed."""

    at: Utc
    schedule: str
    state: Literal["permitted", "denied"]
    reason_code: str
    lag_ms: int


def record(state_dir: Path, flip: Flip) -> None:
    """Append one flip. Raises `OSError` when the disk refuses."""
    path = state_dir / FILE
    if path.exists() and path.stat().st_size > MAX_BYTES:
        path.replace(path.with_name(f"{FILE}.1"))
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(to_json(flip)) + "\n")


def read(state_dir: Path) -> Iterator[Flip]:
    """The flips that are on record, those set aside first. A line that a crash cut short is passed over.

    Raises `BadInput` for one that is no flip.
    """
    for name in (f"{FILE}.1", FILE):
        path = state_dir / name
        if not is_there(path):
            continue
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    found = json.loads(line)
                except ValueError:
                    continue
                try:
                    yield from_json(Flip, found)
                except BadInput as error:
                    raise BadInput("is no flip: {reason}", file=path, line=number, reason=error) from error
