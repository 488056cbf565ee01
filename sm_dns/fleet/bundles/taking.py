"""A bundle put in place: files, standing and record in one change of the audit; then the service goes by them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sm_dns.fleet.bundles.bundle import Manifest, Sealed
from sm_dns.fleet.bundles.contents import POLICY, Folders, changes
from sm_dns.fleet.bundles.standing import after
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.standing_file import Kept, with_standing
from sm_dns.ipc import client
from sm_dns.ipc.requests import HeedSwitches, Reload
from sm_dns.policy.clients import switches
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.intent import FileChange, Removed, Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular
from sm_dns.util.strict_json import Json

MAX_KEPT_BYTES = 64 << 20  # of one of those files
_NOT_COMPILED = (
    "web/users.json",
    "access-requests.json",
    "person-requests.json",
    "negative-trust-anchors.json",
)


def put(
    state_dir: Path,
    where: Folders,
    kept: Kept,
    sealed: Sealed,
    manifest: Manifest,
    files: Mapping[str, bytes],
) -> tuple[Kept, list[Path]]:
    """Put a bundle that may be taken (`standing.taken`) in place; what is kept of the fleet now, and which files
    changed.

    In the audit it is a change by whoever made it at the primary. Raises `BadInput` and `OSError` with nothing
    changed.
    """
    cause = manifest.cause
    trail = Trail(state_dir / audit.FILE, cause.who)
    after_it = with_standing(kept, after(manifest, sealed), sealed)
    is_new = kept.sealed is None or manifest.epoch > kept.standing.epoch
    with trail.turn() as turn:
        wanted = changes(where, files)
        kept_aside = _kept_aside(state_dir, f"before-epoch-{manifest.epoch}", where, wanted) if is_new else []
        detail: dict[str, Json] = {
            "leader": manifest.leader,
            "epoch": manifest.epoch,
            "generation": manifest.generation,
            "done": cause.action,
            "target": cause.target,
            "files": [change.path.name for change in wanted],
        }
        turn.change(
            "fleet took",
            f"{manifest.epoch}.{manifest.generation}",
            why=cause.why,
            detail=detail,
            files=[standing_file.written(state_dir, after_it), *kept_aside, *wanted],
        )
    return after_it, [change.path for change in wanted]


def go_by(state_dir: Path, changed: list[Path]) -> None:
    """Have the running service go by what changed. Returns when it does. Raises `BadInput` where it does not."""
    needs = [path for path in changed if path not in [state_dir / name for name in _NOT_COMPILED]]
    switched = state_dir / switches.FILE
    if switched in needs:
        client.ask(state_dir, HeedSwitches(), timeout=client.RELOAD_SECONDS)
    if any(path != switched for path in needs):
        # What the lists lost was judged by the primary, which answers by it.
        client.ask(state_dir, Reload(accept_removed=True), timeout=client.RELOAD_SECONDS)


def _kept_aside(state_dir: Path, folder: str, where: Folders, wanted: list[FileChange]) -> list[FileChange]:
    """What a server had before its first bundle, or of its own while another one was promoted, beside."""
    found: list[FileChange] = []
    for change in wanted:
        if not is_there(change.path) or change.path == where.place(POLICY):
            continue
        assert isinstance(change, Replaced | Removed)
        target = standing_file.folder(state_dir) / folder / change.path.parent.name / change.path.name
        try:
            found.append(Replaced(target, read_regular(change.path, limit=MAX_KEPT_BYTES), 0o600))
        except BadInput:
            continue  # what cannot be read was in force for nobody
    return found
