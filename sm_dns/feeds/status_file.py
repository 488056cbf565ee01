"""How the feeds are, as their process writes it down for `sm-dns feeds status`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sm_dns.feeds.feed import Feed
from sm_dns.feeds.primary.secondaries import Progress, Secondary
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text, write_atomically
from sm_dns.util.schema_notes import Utc
from sm_dns.util.typed_json import from_json, to_json

FILE: Final = "status.json"
MAX_BYTES: Final = 16 << 20


@dataclass(frozen=True)
class ZoneStatus:
    """A zone that is handed out: its name, its serial, how many records of it change, and whether it is ready.

    changed_ms: the instant of its last change, in true POSIX milliseconds; 0 where that is not known.
    """

    zone: str
    serial: int
    rules: int
    is_ready: bool
    changed_ms: int


@dataclass(frozen=True)
class TakerStatus:
    """How far a secondary is with a zone. Times: None for never; `serial` 0 for none; `lag_ms` of its last change."""

    address: str
    port: int
    zone: str
    serial: int
    notified: Utc | None
    asked: Utc | None
    taken: Utc | None
    lag_ms: int


@dataclass(frozen=True)
class FeedsStatus:
    """`at`: when this was so. `is_open`: everybody gets by; `refused`: what strangers and floods were refused.

    `stricter`: rules that had to be stricter than the policy; None while the lists are built for the first time.
    """

    at: Utc
    suffix: str
    is_open: bool
    zones: tuple[ZoneStatus, ...]
    takers: tuple[TakerStatus, ...]
    refused: int
    stricter: int | None


def status_of(
    feed: Feed, takers: tuple[Secondary, ...], refused: int, stricter: int | None, now: float
) -> FeedsStatus:
    """How all is at `now` (true POSIX seconds)."""
    zones = tuple(
        ZoneStatus(
            f"{short}.{feed.suffix}", one.serial, len(one.rules), one.is_whole, round(one.changed * 1000)
        )
        for short, one in feed.zones.items()
    )
    rows = tuple(_row(one, zone, one.of(zone)) for one in takers for zone in feed.zones)
    is_open = feed.state is not None and feed.state.is_open
    return FeedsStatus(utc_iso(now), feed.suffix, is_open, zones, rows, refused, stricter)


def _row(one: Secondary, zone: str, progress: Progress) -> TakerStatus:
    return TakerStatus(
        address=one.address,
        port=one.port,
        zone=zone,
        serial=progress.serial,
        notified=_instant(progress.notified),
        asked=_instant(progress.asked),
        taken=_instant(progress.taken),
        lag_ms=round(progress.lag * 1000),
    )


def _instant(at: float) -> Utc | None:
    return utc_iso(at) if at else None


def write_status(folder: Path, status: FeedsStatus) -> None:
    """Write it down. Raises `OSError`."""
    write_atomically(folder / FILE, [json.dumps(to_json(status)).encode()])


def read_status(folder: Path) -> FeedsStatus | None:
    """What was written last; None where nothing was. Raises `BadInput`."""
    path = folder / FILE
    if not is_there(path):
        return None
    try:
        return from_json(FeedsStatus, json.loads(read_text(path, limit=MAX_BYTES)))
    except (ValueError, BadInput) as error:
        raise BadInput("is no status of feeds: {reason}", file=path, reason=error) from error
