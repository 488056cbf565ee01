"""What a server keeps of its fleet in `STATE_DIR/fleet/standing.json`: its role, its standing, the last good bundle's
manifest under its signature."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from sm_dns.fleet.bundles.bundle import Base, Manifest, Sealed, read_manifest
from sm_dns.fleet.bundles.standing import Standing
from sm_dns.fleet.members.identity import Identity
from sm_dns.state.fleet.role import FOLDER, MAX_BYTES, STANDING_FILE, Role
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular
from sm_dns.util.typed_json import from_json, to_json


@dataclass(frozen=True, slots=True)
class Kept:
    """role: what this server is now, whatever its configuration says; sealed: the last bundle it made or took,
    None before the first; base: what a promoted one was promoted on."""

    role: Role
    name: str
    standing: Standing
    sealed: Sealed | None
    base: Base


def folder(state_dir: Path) -> Path:
    """Where a server keeps what is of its fleet."""
    return state_dir / FOLDER


def file(state_dir: Path) -> Path:
    """The file."""
    return folder(state_dir) / STANDING_FILE


def load(state_dir: Path) -> Kept | None:
    """What is kept; None of a server that is in no fleet. Raises `BadInput` for a damaged file."""
    path = file(state_dir)
    if not is_there(path):
        return None
    try:
        return from_json(Kept, json.loads(read_regular(path, limit=MAX_BYTES)))
    except (ValueError, RecursionError) as error:
        raise BadInput("is no standing in a fleet: {reason}", file=path, reason=error) from error
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error


def written(state_dir: Path, kept: Kept) -> Replaced:
    """The file as it holds this."""
    data = json.dumps(to_json(kept), separators=(",", ":")).encode() + b"\n"
    return Replaced(file(state_dir), data, mode=0o640)


def check_key(kept: Kept, identity: Identity) -> None:
    """Raise `BadInput` where the fleet knows this server by another key than it has now."""
    known = kept.standing.member(kept.name)
    if known is not None and known.certificate != identity.certificate:
        raise BadInput(
            "is not the key by which the fleet knows this server: put the one of a backup in its place or, where "
            "there is none, sm-dns fleet leave here, and join again",
            file=identity.file,
        )


def manifest_of(kept: Kept) -> Manifest | None:
    """That of the last bundle."""
    return None if kept.sealed is None else read_manifest(kept.sealed.manifest)


def with_standing(kept: Kept, standing: Standing, sealed: Sealed) -> Kept:
    """The same after another bundle."""
    return replace(kept, standing=standing, sealed=sealed)
