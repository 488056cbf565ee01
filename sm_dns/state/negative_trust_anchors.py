"""The names whose DNSSEC is not checked for a while (RFC 7646), in one file that is replaced whole:
`STATE_DIR/negative-trust-anchors.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sm_dns.state import json_file
from sm_dns.state.audit import Trail
from sm_dns.state.intent import Replaced
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.typed_json import from_json, to_json

FILE = "negative-trust-anchors.json"
MAX_ANCHORS = 64
MAX_BYTES = 1 << 20
MAX_SECONDS = 90 * 86_400  # for which one may be there


@dataclass(frozen=True)
class NegativeTrustAnchor:
    """At and below `name` (a host name, without a dot at its end) no signature is checked before `until`.

    `since` and `until` are POSIX seconds; `by` and `reason` are one line each.
    """

    name: str
    since: int
    until: int
    by: str
    reason: str


def load(state_dir: Path) -> list[NegativeTrustAnchor]:
    """Every one, in the order they were made. Raises `BadInput` for a damaged file, `OSError`."""
    path = state_dir / FILE
    if not is_there(path):
        return []
    try:
        items = strict_json.sequence(json.loads(read_text(path, limit=MAX_BYTES)), "anchors")
        return [from_json(NegativeTrustAnchor, item) for item in items]
    except BadInput as error:
        raise BadInput(error.reason, file=path) from error
    except ValueError as error:
        raise BadInput(
            "is not a list of negative trust anchors: {reason}", file=path, reason=error
        ) from error


def in_force(state_dir: Path, now: float) -> frozenset[str]:
    """The names of those that have not ended at `now` (POSIX seconds). Raises `BadInput`, `OSError`."""
    return frozenset(one.name for one in load(state_dir) if now < one.until)


def with_one(state_dir: Path, wanted: NegativeTrustAnchor) -> Replaced:
    """The file with one more, in the place of an earlier one of its name. Raises `BadInput`."""
    others = [one for one in load(state_dir) if one.name != wanted.name]
    if len(others) >= MAX_ANCHORS:
        raise BadInput("more than {most} negative trust anchors", most=MAX_ANCHORS)
    return _written(state_dir, [*others, wanted])


def without(state_dir: Path, name: str) -> tuple[Replaced, NegativeTrustAnchor]:
    """The file without one, and that one. Raises `BadInput` where there is none of that name."""
    known = load(state_dir)
    for one in known:
        if one.name == name:
            return _written(state_dir, [each for each in known if each is not one]), one
    said = Message("there is no negative trust anchor {name!r}", name=name)
    raise BadInput(did_you_mean(said, name, [one.name for one in known]))


def expire(state_dir: Path, now: float, trail: Trail) -> None:
    """Take away what has ended by `now` (POSIX seconds). Raises `OSError` and `BadInput`."""
    for one in [one for one in load(state_dir) if one.until <= now]:
        with trail.turn() as turn:
            file, taken = without(state_dir, one.name)
            turn.change("nta ended", taken.name, why="", detail={"by": taken.by}, files=[file])


def _written(state_dir: Path, all_of_them: Iterable[NegativeTrustAnchor]) -> Replaced:
    return json_file.replaced(state_dir / FILE, [to_json(one) for one in all_of_them], MAX_BYTES)
