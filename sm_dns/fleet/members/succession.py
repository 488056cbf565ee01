"""The old primary, back: it finds who was promoted meanwhile, steps down, and tells what it had changed alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sm_dns.fleet.bundles.bundle import Manifest, Sealed
from sm_dns.fleet.bundles.standing import NotTaken, acceptable
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.talk.following import connect, hello, leaders
from sm_dns.fleet.talk.messages import SILENCE_SECONDS, Offer
from sm_dns.fleet.talk.wire import Gone
from sm_dns.history.causes import may_change_policy
from sm_dns.ipc.fleet import Deed
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.typed_json import from_json, to_json

MEANWHILE = "meanwhile.json"  # in the folder of the fleet
MAX_MEANWHILE = 200  # deeds that are kept; of more the last
MAX_BYTES = 1 << 20
_SERVICE = "service"

log = logging.getLogger(__name__)


async def successor(own: Path, kept: Kept) -> tuple[Manifest | None, Message]:
    """The bundle of who leads in a later epoch, None where nobody does that can be reached; and why nobody else leads
    in ours, or nothing."""
    rival = NOTHING
    for member in leaders(kept):
        try:
            talk = await connect(own, member, kept.standing.members)
        except Gone:
            continue
        try:
            await talk.send(hello(kept))
            said, body = await talk.receive(SILENCE_SECONDS)
            if isinstance(said, Offer):
                manifest = acceptable(Sealed(body, said.signature), kept.standing)
                if manifest.epoch > kept.standing.epoch:
                    return manifest, NOTHING
        except NotTaken as refused:
            if member.name != kept.standing.leader and "two servers lead" in refused.reason.template:
                rival = refused.message
        except Gone:
            continue
        finally:
            talk.close()
    return None, rival


def step_down(state_dir: Path, kept: Kept, manifest: Manifest) -> None:
    """Be a node from now on. What was changed here since the bundle that the other was promoted on is kept to be
    shown.

    Raises `BadInput` and `OSError`.
    """
    since = manifest.base.seq if manifest.base.epoch == kept.standing.epoch else 0
    deeds = list(_deeds(state_dir / audit.FILE, since))[-MAX_MEANWHILE:]
    trail = Trail(state_dir / audit.FILE, _SERVICE)
    with trail.turn() as turn:
        turn.change(
            "fleet stepped down",
            manifest.leader,
            why="",
            detail={"epoch": manifest.epoch, "meanwhile": len(deeds)},
            files=[
                standing_file.written(state_dir, replace(kept, role="node")),
                Replaced(_file(state_dir), json.dumps(to_json(tuple(deeds))).encode() + b"\n", 0o640),
            ],
        )
    log.warning("fleet: %s leads in epoch %s: this server steps down", manifest.leader, manifest.epoch)


def meanwhile(state_dir: Path) -> tuple[Deed, ...]:
    """What was changed here while another one led, until somebody has looked at it."""
    if not is_there(_file(state_dir)):
        return ()
    try:
        return from_json(tuple[Deed, ...], json.loads(read_text(_file(state_dir), limit=MAX_BYTES)))
    except (ValueError, BadInput) as error:
        raise BadInput("cannot be read: {reason}", file=_file(state_dir), reason=error) from error


def _file(state_dir: Path) -> Path:
    return standing_file.folder(state_dir) / MEANWHILE


def meanwhile_file(state_dir: Path) -> Path:
    """Where that is kept."""
    return _file(state_dir)


def _deeds(path: Path, since: int) -> Iterator[Deed]:
    for one in audit.read(path):
        if one.seq > since and one.who != _SERVICE and may_change_policy(one.action):
            yield Deed(one.at, one.who, one.action, one.target, one.why)
