"""What a zone was: its serial, its rules, and the changes that led there, kept over a restart.

Without it a secondary would be told of a serial that it has already, or would take a whole list for one record.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from sm_dns.feeds.zones.record_file import Delta
from sm_dns.feeds.zones.records import Record
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text, write_atomically
from sm_dns.util.typed_json import from_json, to_json

MAX_STEPS: Final = 64  # changes that are kept
MAX_DELTA_RECORDS: Final = 20_000  # of all of them; who is further behind takes the whole zone
MAX_JOURNAL: Final = 32 << 20  # octets of the file

Row = tuple[str, int, int, str]
"""A record as JSON has it: owner and data in hexadecimal."""


class Step(NamedTuple):
    """One change of a zone, from a serial to the next."""

    before: int
    after: int
    delta: Delta


class Steps:
    """The last changes of a zone, each beginning where the one before ended."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self._steps: deque[Step] = deque(steps, maxlen=MAX_STEPS)

    def add(self, step: Step) -> None:
        """Keep a change, and as many of those before it as there is room for."""
        self._steps.append(step)
        while sum(one.delta.size for one in self._steps) > MAX_DELTA_RECORDS:
            self._steps.popleft()

    def forget(self) -> None:
        """Keep none: what comes next follows none of them."""
        self._steps.clear()

    def since(self, serial: int) -> list[Step] | None:
        """The changes that lead from a serial to now; None where it is not known."""
        steps = list(self._steps)
        at = next((at for at, one in enumerate(steps) if one.before == serial), None)
        return None if at is None else steps[at:]

    def all(self) -> list[Step]:
        """Every change that is kept, the oldest first."""
        return list(self._steps)


@dataclass(frozen=True)
class _StepRow:
    before: int
    after: int
    removed: tuple[Row, ...]
    added: tuple[Row, ...]


@dataclass(frozen=True)
class _File:
    serial: int
    digest: str
    rules: tuple[Row, ...]
    steps: tuple[_StepRow, ...]


class Kept(NamedTuple):
    """A zone as it was kept. `digest`: of the long part, "" where there is none."""

    serial: int
    digest: str
    rules: tuple[Record, ...]
    steps: Steps


def keep(path: Path, kept: Kept) -> None:
    """Write a zone down. Raises `OSError`."""
    steps = tuple(
        _StepRow(one.before, one.after, _rows(one.delta.removed), _rows(one.delta.added))
        for one in kept.steps.all()
    )
    text = json.dumps(to_json(_File(kept.serial, kept.digest, _rows(kept.rules), steps)))
    write_atomically(path, [text.encode()])


def recall(path: Path) -> Kept | None:
    """A zone as it was kept; None where it never was. Raises `BadInput` for a damaged file."""
    if not is_there(path):
        return None
    try:
        found = from_json(_File, json.loads(read_text(path, limit=MAX_JOURNAL)))
        steps = Steps(
            Step(one.before, one.after, Delta(_records(one.removed), _records(one.added)))
            for one in found.steps
        )
        return Kept(found.serial, found.digest, _records(found.rules), steps)
    except (ValueError, BadInput) as error:
        raise BadInput("is no journal of a zone: {reason}", file=path, reason=error) from error


def _rows(records: Iterable[Record]) -> tuple[Row, ...]:
    return tuple((one.owner.hex(), one.rtype, one.ttl, one.data.hex()) for one in records)


def _records(rows: Iterable[Row]) -> tuple[Record, ...]:
    return tuple(
        Record(bytes.fromhex(owner), rtype, ttl, bytes.fromhex(data)) for owner, rtype, ttl, data in rows
    )
