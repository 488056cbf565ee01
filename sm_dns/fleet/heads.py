"""The heads of the others' audits, kept here: who rewrites a chain cannot rewrite what the others hold of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sm_dns.fleet.bundles.bundle import MAX_MEMBERS
from sm_dns.fleet.members import standing_file
from sm_dns.state import audit
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, is_there, make_directory, read_regular
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.typed_json import from_json, to_json

FILE = "heads.json"  # in the folder of the fleet
EVERY_SECONDS = 3_600.0  # between two heads that are kept of one member
MAX_HEADS = 2_000  # of a member: twelve weeks of hours; then the oldest but the first goes
MAX_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The last record of a member's audit at a time: its number and hash; at: POSIX seconds."""

    seq: int
    hash: str
    at: int


@dataclass(frozen=True, slots=True)
class ToldHead:
    """The last record of a member's audit now."""

    name: str
    seq: int
    hash: str


class HeadBook:
    """What is kept of every other member."""

    def __init__(self, state_dir: Path) -> None:
        self._file = standing_file.folder(state_dir) / FILE
        self._heads: dict[str, tuple[KeptHead, ...]] | None = None
        self.contradicted: dict[str, Message] = {}
        """Members whose chain is not the one that it was, each with why."""

    def of(self, name: str) -> tuple[KeptHead, ...]:
        """Those of a member, oldest first. Raises `BadInput` for a damaged file."""
        return self._all().get(name, ())

    def note(self, told: Iterable[ToldHead], own: str, now: float | None = None) -> None:
        """Keep of each what is due. `own` is who keeps nothing of itself. Raises `BadInput` and `OSError`."""
        at = int(time.time() if now is None else now)
        changed = False
        for each in told:
            known = self.of(each.name)
            if each.name == own or not each.seq or (each.name not in self._all() and self._is_full()):
                continue
            problem = _contradiction(known, each)
            if problem:
                self.contradicted[each.name] = problem
            elif not known or (at - known[-1].at >= EVERY_SECONDS and each.seq > known[-1].seq):
                heads = (*known, KeptHead(each.seq, each.hash, at))
                self._all()[each.name] = heads if len(heads) <= MAX_HEADS else (heads[0], *heads[2:])
                changed = True
        if changed:
            make_directory(self._file.parent, mode=0o750)
            atomic_write(self._file, json.dumps(to_json(self._all())).encode() + b"\n", mode=0o640)

    def _is_full(self) -> bool:
        return len(self._all()) >= 2 * MAX_MEMBERS  # also of those that left

    def _all(self) -> dict[str, tuple[KeptHead, ...]]:
        if self._heads is None:
            self._heads = self._read()
        return self._heads

    def _read(self) -> dict[str, tuple[KeptHead, ...]]:
        if not is_there(self._file):
            return {}
        try:
            found = json.loads(read_regular(self._file, limit=MAX_BYTES))
            return dict(from_json(dict[str, tuple[KeptHead, ...]], found))
        except (ValueError, BadInput) as error:
            raise BadInput("cannot be read: {reason}", file=self._file, reason=error) from error


def _contradiction(known: tuple[KeptHead, ...], told: ToldHead) -> Message:
    if known and told.seq < known[-1].seq:
        return Message("its audit had {known} records and has {seq}", known=known[-1].seq, seq=told.seq)
    if any(each.seq == told.seq and each.hash != told.hash for each in known):
        return Message("its record {seq} is another one than it was", seq=told.seq)
    return NOTHING


@dataclass(frozen=True, slots=True)
class Proof:
    """What a member says of its own chain: the hash of each record that was asked for, "" where there is none;
    and what is wrong with the chain in itself, or nothing."""

    hashes: tuple[str, ...]
    problem: Message


def prove(state_dir: Path, seqs: tuple[int, ...]) -> Proof:
    """Of this server's own audit. Raises `BadInput` and `OSError`."""
    path = state_dir / audit.FILE
    verdict = audit.verify(path)
    if not verdict.ok:
        return Proof((), verdict.problem or NOTHING)
    wanted = dict.fromkeys(seqs, "")
    for record in audit.read(path):
        if record.seq in wanted:
            wanted[record.seq] = record.hash
    return Proof(tuple(wanted[seq] for seq in seqs), NOTHING)


def judged(kept: tuple[KeptHead, ...], proof: Proof) -> Message:
    """What a proof shows to be wrong, against what is kept here; nothing where all agrees."""
    if proof.problem:
        return proof.problem
    if len(proof.hashes) != len(kept):
        return Message("it does not say what it was asked")
    for head, found in zip(kept, proof.hashes, strict=True):
        if not found:
            return Message("its record {seq} is missing, which was kept here", seq=head.seq)
        if found != head.hash:
            return Message("its record {seq} is another one than was kept here", seq=head.seq)
    return NOTHING
