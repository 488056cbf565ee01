"""The policy that was in force at an instant: which version, and why it cannot be told where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sm_dns.history.shelf import Shelf
from sm_dns.history.version import Version
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message


@dataclass(frozen=True, slots=True)
class Held:
    """A version, and until when it held: POSIX seconds, None while it is in force."""

    version: Version
    until: float | None

    def overlaps(self, since: float | None, until: float | None) -> bool:
        """Whether it was in force within a stretch; None: from the beginning, to the end."""
        is_begun = until is None or self.version.since < until
        return is_begun and (since is None or self.until is None or self.until > since)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A version whose file cannot be read, and why."""

    id: int
    reason: Message


def kept(shelf: Shelf) -> Iterator[Held | Damaged]:
    """Every version that is kept, the newest first."""
    until: float | None = None
    numbers = shelf.numbers()
    there = frozenset(numbers)
    for number in reversed(range(numbers[0], numbers[-1] + 1) if numbers else ()):
        if number not in there:  # the oldest are dropped, and no other
            yield Damaged(number, Message("version {number} is missing", number=number))
            continue
        try:
            version = shelf.version(number)
        except BadInput as error:
            yield Damaged(number, error.message)
            continue
        yield Held(version, until)
        until = version.since if version.lost_since is None else version.lost_since


def held_at(shelf: Shelf, at: float, zone: ZoneInfo) -> Held:
    """The version that was in force at an instant (POSIX seconds). Raises `BadInput` where it is not kept; `zone` is
    that of the times it tells."""
    lost: Damaged | None = None
    oldest: Version | None = None
    for one in kept(shelf):
        if isinstance(one, Damaged):
            lost = one
            continue
        begins = one.version.since
        if at >= begins:
            if lost is not None:
                raise BadInput(
                    "the version of that time may be one that is damaged: {reason}", reason=lost.reason
                )
            if one.until is not None and at >= one.until:
                raise BadInput("the policy in force then could not be written into the history")
            return one
        lost, oldest = None, one.version
    if oldest is None:
        raise BadInput("no policy of the past is kept: the service keeps each from its first start on")
    raise BadInput(
        "the policy of that time is not kept: what is kept begins at {since}",
        since=walltime.iso_local(oldest.since, zone),
    )


def held(shelf: Shelf, number: int) -> Held:
    """A version by its number. Raises `BadInput` where it is not kept, or damaged."""
    for one in kept(shelf):
        if isinstance(one, Held) and one.version.id == number:
            return one
        if isinstance(one, Damaged) and one.id == number:
            raise BadInput(one.reason)
    raise BadInput("there is no version {number} in the history", number=number)


def named(shelf: Shelf, which: str, zone: ZoneInfo, now: float) -> Held:
    """A version as people name it: by its number, or by a time that is past, such as 'yesterday 10:12'. Raises
    `BadInput`."""
    if which.isascii() and which.isdigit():
        return held(shelf, int(which))
    at = walltime.near(which, zone, now)
    if at > now:
        raise BadInput("that time is still to come")
    return held_at(shelf, at, zone)
