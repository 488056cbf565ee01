"""The exemptions in force and to come, in one file that is replaced whole: `STATE_DIR/exemptions.json`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

from sm_dns.control.files import atomic_write, locked, make_directory, read_text
from sm_dns.errors import BadInput
from sm_dns.policy import exemptions
from sm_dns.policy.exemptions import Exemption

FILE = "exemptions.json"
MAX_BYTES = 16 << 20


def load(state_dir: Path) -> list[Exemption]:
    """Every stored exemption, in the order they were made. Raises `BadInput` for a damaged file."""
    path = state_dir / FILE
    if not path.exists():
        return []
    try:
        items = json.loads(read_text(path, limit=MAX_BYTES))
        if not isinstance(items, list):
            raise BadInput("is not a list of exemptions")
        return [exemptions.from_json(item, f"exemption {at + 1}") for at, item in enumerate(items)]
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
    except ValueError as error:
        raise BadInput(f"is not a list of exemptions: {error}", file=path) from error


def add(state_dir: Path, wanted: Exemption) -> Exemption:
    """Store an exemption under a fresh id (the one it has is ignored) and return it. Raises `BadInput`."""
    stored = replace(wanted, id=secrets.token_hex(4))
    exemptions.from_json(asdict(stored), "exemption")
    _change(state_dir, lambda all_of_them: [*all_of_them, stored])
    return stored


def revoke(state_dir: Path, exemption_id: str) -> Exemption:
    """Take an exemption away and return it. Raises `BadInput` where there is none of that id."""
    taken: list[Exemption] = []

    def without(all_of_them: list[Exemption]) -> list[Exemption]:
        taken.extend(one for one in all_of_them if one.id == exemption_id)
        return [one for one in all_of_them if one.id != exemption_id]

    _change(state_dir, without)
    if not taken:
        raise BadInput(f"there is no exemption {exemption_id!r}")
    return taken[0]


def expire(state_dir: Path, now: float) -> list[Exemption]:
    """Take away and return what has ended by `now` (POSIX seconds). Tidiness only: decisions do not wait for it."""
    if not ended(load(state_dir), now):
        return []
    taken: list[Exemption] = []

    def without(all_of_them: list[Exemption]) -> list[Exemption]:
        taken.extend(ended(all_of_them, now))
        return [one for one in all_of_them if one not in taken]

    _change(state_dir, without)
    return taken


def ended(some: Iterable[Exemption], now: float) -> list[Exemption]:
    """Those that no longer hold at `now`."""
    return [one for one in some if one.expires <= now]


def _change(state_dir: Path, change: Callable[[list[Exemption]], list[Exemption]]) -> None:
    make_directory(state_dir)
    with locked(state_dir / f"{FILE}.lock"):
        items = [asdict(one) for one in change(load(state_dir))]
        atomic_write(state_dir / FILE, json.dumps(items, indent=1).encode() + b"\n", mode=0o640)
