"""Which months a configured report is due for, and which it was made for: `STATE_DIR/reports.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, locked, make_directory, read_text

FILE = "reports.json"
MAX_BYTES = 1 << 16
MAX_MADE_UP = 12  # months that are made up after the service was down
DUE_MINUTE = 6 * 60  # of the local day on which a report is due


def latest_due(day: int, now: float, zone: ZoneInfo) -> str:
    """The last month whose report is due at `now`: the month before, from 06:00 of `day` on."""
    today = walltime.to_local(now, zone).date()
    this = today.replace(day=1)
    month = _before(this)
    return _text(month if now >= due_at(_text(month), day, zone) else _before(month))


def due_at(month: str, day: int, zone: ZoneInfo) -> int:
    """When the report of a month is due, in POSIX seconds."""
    following = _after(_first(month))
    return walltime.of_minute(following.replace(day=day), DUE_MINUTE, zone)


def due(made: str, day: int, now: float, zone: ZoneInfo) -> list[str]:
    """The months after `made` that are due at `now`, the last `MAX_MADE_UP` of them."""
    last = latest_due(day, now, zone)
    months = []
    while made < last:
        made = _text(_after(_first(made)))
        months.append(made)
    return months[-MAX_MADE_UP:]


def following(month: str) -> str:
    """The month after a month."""
    return _text(_after(_first(month)))


def load(state_dir: Path) -> dict[str, str]:
    """The last month that each report was made for. Raises `BadInput` for a damaged file."""
    path = state_dir / FILE
    if not path.exists():
        return {}
    try:
        found = json.loads(read_text(path, limit=MAX_BYTES))
        return {str(name): _text(_first(month)) for name, month in found.items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise BadInput("is not a record of reports: {reason}", file=path, reason=error) from error


def mark(state_dir: Path, name: str, month: str) -> None:
    """Note that a report was made for a month. Raises `OSError`, `BadInput`."""
    make_directory(state_dir)
    with locked(state_dir / f"{FILE}.lock"):
        made = {**load(state_dir), name: month}
        atomic_write(state_dir / FILE, json.dumps(made, indent=1).encode() + b"\n", mode=0o640)


def forget(state_dir: Path, names: Iterable[str]) -> None:
    """Take marks back. Raises `OSError`, `BadInput`."""
    gone = set(names)
    with locked(state_dir / f"{FILE}.lock"):
        made = load(state_dir)
        if gone & set(made):
            kept = {name: month for name, month in made.items() if name not in gone}
            atomic_write(state_dir / FILE, json.dumps(kept, indent=1).encode() + b"\n", mode=0o640)


def _first(month: str) -> date:
    return datetime.strptime(f"{month}-01", "%Y-%m-%d").date()  # noqa: DTZ007 (a date, no instant)


def _text(month: date) -> str:
    return f"{month:%Y-%m}"


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
