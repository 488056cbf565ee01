"""The switches that held at a time that is past, as the audit has them, with those that were ended by hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path

from sm_dns.policy.clients import switches
from sm_dns.policy.clients.switches import TURNS, Switch
from sm_dns.state import audit
from sm_dns.state.chain import Record
from sm_dns.util.errors import BadInput

_FIELDS = tuple(field.name for field in fields(Switch))
_TURNED, _RESUMED = "switch ", "switch resumed"


def switches_at(state_dir: Path, at: float) -> list[Switch]:
    """Those in force at an instant (POSIX seconds), in the order they were turned.

    Raises `BadInput` for an audit that cannot be read.
    """
    lines = list(audit.read(state_dir / audit.FILE))
    return [one for one in turned(lines) if one.starts <= at < one.expires]


def turned(lines: Iterable[Record]) -> Iterator[Switch]:
    """Every switch on record; one that was ended by hand expires then."""
    known = [line for line in lines if line.action.startswith(_TURNED)]
    ended = {line.target: _posix(line.at) for line in known if line.action == _RESUMED}
    for line in known:
        if line.action.removeprefix(_TURNED) in TURNS:
            one = _read(line)
            if one is not None:
                yield replace(one, expires=max(one.starts, min(one.expires, ended.get(one.id, one.expires))))


def _read(line: Record) -> Switch | None:
    """The switch of a record, which says more than that; None for one that another version wrote."""
    try:
        return switches.from_json({key: line.detail.get(key) for key in _FIELDS}, line.target)
    except BadInput:
        return None


def _posix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())
