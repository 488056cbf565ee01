"""The switches in force, in one file that is replaced whole: `STATE_DIR/switches.json`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from sm_dns.policy.clients import switches
from sm_dns.policy.clients.switches import FILE, MAX_BYTES, MAX_SWITCHES, Switch, read_file
from sm_dns.state import json_file
from sm_dns.state.audit import Trail
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json
from sm_dns.util.typed_json import to_json

MAX_KEPT_AT_ANY_PRICE = 100  # of others, where there is no room for all


def load(state_dir: Path) -> tuple[Switch, ...]:
    """Every stored switch, in the order they were turned. Raises `BadInput` for a damaged file, `OSError`."""
    return read_file(state_dir / FILE)


def with_one(state_dir: Path, wanted: Switch) -> tuple[Replaced, Switch]:
    """The file with one more, and that one under a fresh id (the one it has is ignored). Raises `BadInput`."""
    stored = replace(wanted, id=secrets.token_hex(4))
    switches.from_json(_plain(stored), "switch")
    known = load(state_dir)
    if len(known) >= MAX_SWITCHES:
        raise BadInput("more than {most} switches", most=MAX_SWITCHES)
    return _written(state_dir, [*known, stored]), stored


def with_one_at_any_price(state_dir: Path, wanted: Switch) -> tuple[Replaced, Switch, str]:
    """The file with one more, under a fresh id, for which there is always room: the oldest go, and where the file
    cannot be read, it begins anew. And why something of it went, "" for nothing."""
    try:
        return *with_one(state_dir, wanted), ""
    except BadInput as error:
        stored, why = replace(wanted, id=secrets.token_hex(4)), str(error)
    try:
        kept = load(state_dir)[-MAX_KEPT_AT_ANY_PRICE:]
        return _written(state_dir, [*kept, stored]), stored, why
    except BadInput:
        return _written(state_dir, [stored]), stored, why


def without(state_dir: Path, switch_id: str) -> tuple[Replaced, Switch]:
    """The file without one, and that one. Raises `BadInput` where there is none of that id."""
    known = load(state_dir)
    for one in known:
        if one.id == switch_id:
            return _written(state_dir, [each for each in known if each is not one]), one
    raise BadInput("there is no switch {id!r}", id=switch_id)


def expire(state_dir: Path, now: float, trail: Trail) -> None:
    """Take away what has ended by `now` (POSIX seconds). Tidiness only: decisions do not wait for it.

    Raises `OSError` and `BadInput`.
    """
    for one in [one for one in load(state_dir) if one.expires <= now]:
        with trail.turn() as turn:
            file, taken = without(state_dir, one.id)
            detail = {"turn": taken.turn, "by": taken.by}
            turn.change("switch ended", taken.id, why="", detail=detail, files=[file])


def _plain(one: Switch) -> Mapping[str, Json]:
    found: Mapping[str, Json] = to_json(one)
    return found


def _written(state_dir: Path, all_of_them: Iterable[Switch]) -> Replaced:
    items = [_plain(one) for one in all_of_them]
    return json_file.replaced(state_dir / FILE, items, MAX_BYTES)
