"""A version as people and programs are told of it: its times in local time, what it says line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from sm_dns.history.differences import row_text, value_text, with_local_times
from sm_dns.history.past import Held
from sm_dns.util import walltime
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Local, says


@dataclass(frozen=True, slots=True)
class CauseTold:
    """What brought a version: a record of the audit, or a file that was edited by hand."""

    who: Annotated[str, says("empty where the system does not tell who edited a file")]
    action: str
    target: str
    why: str
    seq: Annotated[int | None, says("of the record; null of a file")]


@dataclass(frozen=True, slots=True)
class VersionTold:
    """A version of the policy that was in force."""

    id: int
    since: Local
    until: Annotated[Local | None, says("null while it is in force")]
    generation: int
    version: str
    names: int
    configuration: Annotated[str, says("hash of the file")]
    schedules: Annotated[str, says("hash of the schedules with their calendars")]
    lists: Annotated[str, says("hash of the index of names")]
    lost_since: Annotated[Local | None, says("from then to `since` a policy held that could not be kept")]
    causes: tuple[CauseTold, ...]
    difference: Annotated[tuple[Message, ...], says("to the version before")]


def told(held: Held, zone: ZoneInfo) -> VersionTold:
    """A version, its times in a zone."""
    one = held.version

    def local(at: float | None) -> str | None:
        return None if at is None else walltime.iso_local(at, zone)

    return VersionTold(
        id=one.id,
        since=walltime.iso_local(one.since, zone),
        until=local(held.until),
        generation=one.generation,
        version=one.version,
        names=one.names,
        configuration=one.configuration,
        schedules=one.schedules,
        lists=one.lists,
        lost_since=local(one.lost_since),
        causes=tuple(
            CauseTold(each.who, each.action, each.target, each.why, each.seq) for each in one.causes
        ),
        difference=one.difference,
    )


def policy_lines(document: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """What a policy says, a line a row, in the keys of its document; its times in a zone."""
    for key, value in document.items():
        if isinstance(value, list) and value:
            yield from (f"{key}: {_line(one, zone)}" for one in value)
        elif isinstance(value, dict):
            yield from (f"{key} {name}: {_line(one, zone)}" for name, one in value.items())
        else:
            yield f"{key}: {value_text(value)}"


def _line(value: object, zone: ZoneInfo) -> str:
    if isinstance(value, dict):
        return row_text(with_local_times(value, zone)) or "as it ships"
    return value_text(value)
