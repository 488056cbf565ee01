"""What is to be said of a source of leases: that it gives too little, or what it gave."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce

from sm_dns.collect.trouble import Trouble
from sm_dns.lan.told import Told
from sm_dns.monitor.identity.leases.lease import LeftOut, Reading
from sm_dns.util.clock import utc_iso
from sm_dns.util.message import Message, key

DAY = 86_400.0
ENDED_SECONDS = DAY  # since the last lease ended: a server in use has given others since
OLD_SECONDS = 3 * DAY  # since a file was written: longer than a weekend with a holiday

_LEFT_OUT = {
    LeftOut.FREE: key("{count} free"),
    LeftOut.DECLINED: key("{count} declined"),
    LeftOut.PREFIX: key("{count} delegated prefixes"),
    LeftOut.OTHER: key("{count} of other things"),
}


def trouble_of(path: str, told: Told, now: float) -> Trouble | None:
    """Why a source that was read does not give what it should at `now` (POSIX seconds); None where it does."""
    leases, skipped = told.reading.leases, told.reading.skipped
    if skipped > len(leases):
        said = Message(
            "leases: {path}: {skipped} of its lines or blocks are no leases: is it a lease file?",
            path=path,
            skipped=skipped,
        )
        return Trouble("leases-unreadable", path, said)
    if not leases:
        said = Message(
            "leases: {path}: gives no lease: is it the file that the DHCP server writes?", path=path
        )
        return Trouble("leases-nothing", path, said)
    last = max(lease.ends for lease in leases)
    if last < now - ENDED_SECONDS:
        said = Message(
            "leases: {path}: all of its {count} leases have ended, the last at {at}",
            path=path,
            count=len(leases),
            at=utc_iso(last),
        )
        return Trouble("leases-ended", path, said)
    if told.written < now - OLD_SECONDS and math.isfinite(min(lease.ends for lease in leases)):
        at = utc_iso(told.written)
        said = Message("leases: {path}: was last written at {at}: is it still copied?", path=path, at=at)
        return Trouble("leases-old", path, said)
    return None


def described(path: str, told: Told, now: float) -> Message:
    """What was read of a source, from where, how much, how old, and what was left out."""
    reading = told.reading
    left_out = [*_left_out(reading)]
    return Message(
        "leases: {path}: read as {form}, written at {at}: {count} leases, {held} of them not ended; "
        "left out: {left_out}",
        path=path,
        form=told.form or "-",
        at=utc_iso(told.written),
        count=len(reading.leases),
        held=sum(lease.ends > now for lease in reading.leases),
        left_out=reduce(_with, left_out) if left_out else "-",
    )


def _left_out(reading: Reading) -> Iterator[Message]:
    for what, count in reading.left_out:
        yield Message(_LEFT_OUT[LeftOut(what)], count=count)
    if reading.skipped:
        yield Message("{count} unusable", count=reading.skipped)


def _with(one: Message, other: Message) -> Message:
    return Message("{one}, {other}", one=one, other=other)
