"""One version of the policy that was in force: since when, of what, by whom and why, and what it changed."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.util.message import Message

BY_HAND = "by hand"
"""The action of a cause that is no record: somebody edited a file."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What brought a version: a record of the audit (`seq` is its number), or a file that was edited by hand.

    `who` is empty where the system does not tell who edited it."""

    who: str
    action: str
    target: str
    why: str
    seq: int | None


@dataclass(frozen=True, slots=True)
class FileMark:
    """A file that people edit, as it was: `state` changes with its content, `inode` and `owner` with its editor."""

    state: str
    inode: int
    owner: int


@dataclass(frozen=True, slots=True)
class Version:
    """`since` and `lost_since` are POSIX seconds: from `lost_since` to `since` a policy was in force that could not
    be kept.

    `version` is that of the policy, `configuration`, `schedules` and `lists` are hashes: of the file, of the
    schedules with their calendars, of the index of names. `audit_octets`: how much of the audit was read for it.
    """

    id: int
    since: float
    lost_since: float | None
    generation: int
    version: str
    names: int
    configuration: str
    schedules: str
    lists: str
    causes: tuple[Cause, ...]
    difference: tuple[Message, ...]
    files: dict[str, FileMark]
    audit_octets: int
