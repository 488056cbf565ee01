"""The record of flips: when each edge of a schedule was noticed, and how late. Answers do not wait for it."""

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
    append_line(state_dir / FILE, json.dumps(to_json(flip)), MAX_BYTES)


def read(state_dir: Path) -> Iterator[Flip]:
    """The flips that are on record, those set aside first. A line that a crash cut short is passed over.

    Raises `BadInput` for one that is no flip.
    """
    for path, number, line in lines_of(state_dir / FILE):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        try:
            yield from_json(Flip, found)
        except BadInput as error:
            raise BadInput("is no flip: {reason}", file=path, line=number, reason=error) from error
