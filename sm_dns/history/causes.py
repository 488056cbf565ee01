"""Who made a version of the policy and why: the audit's records since the one before, or whoever edited a file.

A record that changes no policy is no cause; one that is not known to be such is, so that what is recorded of a new
command is not lost.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sm_dns.history.version import BY_HAND, Cause, FileMark
from sm_dns.state import chain
from sm_dns.state.chain import Broken, Record

MAX_CAUSES = 20  # of one version; then only the last of them
MAX_FILES = 200  # files that people edit, of which it is known how they were

# Of an action the first word, or the whole: it leaves the policy as it is.
_NO_CAUSE = frozenset(
    {
        "audit",
        "log",
        "usage",
        "cache",
        "login",
        "password",
        "report",
        "store",
        "token",
        "totp",
        "user",
        "first",
        "access",  # what staff ask; what opens for it is recorded as the exemption that it is
        "requests",
        "person",
    }
    | {
        "clock.jumped",
        "part.left_out",
        "part.settled",
        "policy.published",
        "policy.withdrawn",
        "service.started",
    }
    | {
        "reload asked",
        "lists refresh asked",
        "calendar propose",
        "calendar import",
        "staff",
        "logons",
        "trace",
    }
    | {"history.dropped"}
    | {"fleet invite", "fleet joined", "fleet join", "fleet stepped down", "fleet settle"}
)
_PROPOSED = ".proposed"  # holidays that rule only once a person has accepted them
_WRITES = {
    "calendar": ".cal",
    "domains": ".txt",
    **dict.fromkeys(("exempt", "lists", "services", "switch"), ""),
}
"""Of an action the first word, and how the name ends of a file that people edit and it writes; "": it writes none.
What changed in another file was somebody else."""


def causes(
    records: Iterable[Record],
    before: Mapping[str, FileMark] | None,
    files: Mapping[str, FileMark],
) -> tuple[Cause, ...]:
    """What brought a version: `records` of the audit since the one before, and how the files that people edit were
    `before` and are now. `before` is None where nothing was kept yet: then nobody is named."""
    if before is None:
        return ()
    found = [
        Cause(one.who, one.action, one.target, one.why, one.seq)
        for one in records
        if may_change_policy(one.action)
    ]
    changed = [path for path in files if before.get(path) != files[path]]
    changed += [path for path in before if path not in files]
    changed = [path for path in changed if not path.endswith(_PROPOSED)]
    by_hand = [
        Cause(_editor(before.get(path), files.get(path)), BY_HAND, path, "", None)
        for path in changed
        if not any(_may_write(one.action, path) for one in found)
    ]
    return tuple((found + by_hand)[-MAX_CAUSES:])


def file_marks(paths: Iterable[Path]) -> dict[str, FileMark]:
    """How each file is, and each visible one in a folder. What cannot be looked at is left out."""
    found: dict[str, FileMark] = {}
    for path in _each_file(paths):
        try:
            now = path.stat()
        except OSError:
            continue
        if len(found) < MAX_FILES:
            found[str(path)] = FileMark(f"{now.st_mtime_ns}-{now.st_size}", now.st_ino, now.st_uid)
    return found


def records_since(audit: Path, octets: int) -> tuple[list[Record], int]:
    """The records that stand behind so many octets of the audit, and how many octets there are now.

    All of them where the file is shorter than it was. A line that is none is passed over: `audit verify` tells of it.
    Raises `OSError`.
    """
    try:
        with audit.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(octets if octets <= size else 0)
            data = stream.read()
    except FileNotFoundError:
        return [], 0
    whole = data.rfind(b"\n") + 1
    return list(_records(data[:whole].splitlines(keepends=True))), size - len(data) + whole


def _records(lines: Iterable[bytes]) -> Iterator[Record]:
    for line in lines:
        try:
            yield chain.parse(line)
        except Broken:
            continue


def may_change_policy(action: str) -> bool:
    """Whether what was recorded may have changed the policy."""
    return action not in _NO_CAUSE and action.partition(" ")[0] not in _NO_CAUSE


def _may_write(action: str, path: str) -> bool:
    """Whether a change that was recorded may be what changed a file; of one that is not known it may."""
    ending = _WRITES.get(action.partition(" ")[0])
    return ending is None or (ending != "" and path.endswith(ending))


def _editor(before: FileMark | None, now: FileMark | None) -> str:
    """Who put another file in the place of one: its owner, where that is neither root nor the service itself.

    Of a file that was written in place, or is gone, the system does not tell."""
    if before is None or now is None or now.inode == before.inode or now.owner in (0, os.geteuid()):
        return ""
    try:
        return pwd.getpwuid(now.owner).pw_name
    except KeyError:
        return f"uid {now.owner}"


def _each_file(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        try:
            inside = sorted(path.iterdir()) if path.is_dir() else [path]
        except OSError:
            continue
        yield from (one for one in inside if one.is_file() and not one.name.startswith("."))
