"""The exemptions in force and to come, in one file that is replaced whole: `STATE_DIR/exemptions.json`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from sm_dns.policy import exemptions
from sm_dns.policy.exemptions import Exemption
from sm_dns.state import json_file
from sm_dns.state.audit import Trail
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.message import Message, did_you_mean

FILE = "exemptions.json"
MAX_BYTES = 16 << 20


def load(state_dir: Path) -> list[Exemption]:
    """Every stored exemption, in the order they were made. Raises `BadInput` for a damaged file."""
    path = state_dir / FILE
    if not is_there(path):
        return []
    try:
        items = json.loads(read_text(path, limit=MAX_BYTES))
        if not isinstance(items, list):
            raise BadInput("is not a list of exemptions")
        return [exemptions.from_json(item, f"exemption {at + 1}") for at, item in enumerate(items)]
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
    except ValueError as error:
        raise BadInput("is not a list of exemptions: {reason}", file=path, reason=error) from error


def with_one(state_dir: Path, wanted: Exemption) -> tuple[Replaced, Exemption]:
    """The file with one more, and that one under a fresh id (the one it has is ignored). Raises `BadInput`."""
    stored = replace(wanted, id=secrets.token_hex(4))
    exemptions.from_json(asdict(stored), "exemption")
    return _written(state_dir, [*load(state_dir), stored]), stored


def without(state_dir: Path, exemption_id: str) -> tuple[Replaced, Exemption]:
    """The file without one, and that one. Raises `BadInput` where there is none of that id."""
    known = load(state_dir)
    for one in known:
        if one.id == exemption_id:
            return _written(state_dir, [each for each in known if each is not one]), one
    said = Message("there is no exemption {id!r}", id=exemption_id)
    raise BadInput(did_you_mean(said, exemption_id, [one.id for one in known]))


def expire(state_dir: Path, now: float, trail: Trail) -> None:
    """Take away what has ended by `now` (POSIX seconds). Tidiness only: decisions do not wait for it.

    Raises `OSError` and `BadInput`.
    """
    for one in ended(load(state_dir), now):
        with trail.turn() as turn:
            file, taken = without(state_dir, one.id)
            detail = {"approver": taken.approver}
            turn.change("exempt expired", taken.id, why="", detail=detail, files=[file])


def ended(some: Iterable[Exemption], now: float) -> list[Exemption]:
    """Those that no longer hold at `now`."""
    return [one for one in some if one.expires <= now]


def _written(state_dir: Path, all_of_them: Iterable[Exemption]) -> Replaced:
    items = [asdict(one) for one in all_of_them]
    return json_file.replaced(state_dir / FILE, items, MAX_BYTES)
