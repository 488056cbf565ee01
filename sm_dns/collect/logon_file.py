"""A source of logons in a file, or in a folder of them: read when it has changed; what it said last stays."""

from __future__ import annotations

import heapq
import math
import os
import stat
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.collect.trouble import Trouble
from sm_dns.generation.monitoring import LogonSource
from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.monitor.identity.logons import forms
from sm_dns.monitor.identity.logons.logon import (
    AHEAD_SECONDS,
    NO_LOGONS,
    Event,
    Events,
    Logons,
    newest,
    sessions,
)
from sm_dns.monitor.identity.office_text import text_of
from sm_dns.monitor.identity.staff_map import StaffMap
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there
from sm_dns.util.fingerprint import Fingerprint, fingerprint
from sm_dns.util.message import Message, system_reason

MAX_BYTES = 8 * 1024 * 1024  # read of the end of a file
MAX_FILES = 16  # of a folder, the newest; in it and in folders in it
MAX_ENTRIES = 4096  # looked at in a folder
OLD_SECONDS = 3 * 86_400.0  # since the last logon: longer than a weekend with a holiday
_PACKED = (".gz", ".bz2", ".xz", ".zst")  # days gone by, as logrotate leaves them


class LogonFile:
    """One source. `persons`: the staff keys that logged on; `trouble`: what is wrong with it."""

    def __init__(self, source: LogonSource, zone: str) -> None:
        self.known: Logons = NO_LOGONS
        self.persons: frozenset[str] = frozenset()
        self.trouble: Trouble | None = None
        self._source = source
        self._zone = ZoneInfo(zone)
        self._mark: Fingerprint | None = None
        self._failure: Message | None = None
        self._in_part: Message | None = None
        self._left_out = 0
        self._form = ""

    def look(self, now: float) -> None:
        """Read what has changed; see how it is at `now` (POSIX seconds)."""
        path = Path(self._source.path)
        try:
            files = [] if self._source.is_pushed and not is_there(path) else _files(path)
            mark = fingerprint(files)
            if mark != self._mark:
                self._mark = None
                self._read(files)
                self._mark = mark
            self._failure = None
        except BadInput as error:
            self._failure = _unusable(error, path)
        except OSError as error:
            reason = system_reason(error)
            self._failure = Message("logons: {path}: cannot be read: {reason}", path=path, reason=reason)
        failure = self._failure or self._in_part
        self.trouble = (
            self._silence(now)
            if failure is None
            else Trouble("logons-unreadable", self._source.path, failure)
        )

    def strangers(self, staff: StaffMap) -> Trouble | None:
        """That a staff map names none of those who logged on."""
        if not self.persons or any(map(staff.names, self.persons)):
            return None
        path = self._source.path
        said = Message(
            "logons: {path}: the staff map names none of the {count} persons who logged on",
            path=path,
            count=len(self.persons),
        )
        return Trouble("logons-unknown", path, said)

    def described(self, staff: StaffMap) -> Message | None:
        """What was read last, in words, and how many of its persons a staff map names; None for nothing ever."""
        if not self._form:
            return None
        last = newest(self.known)
        return Message(
            "logons: {path}: read as {form}: {count} devices and addresses, the last at {at}; "
            "{known} of {persons} persons are in the staff map; "
            "left out: {left_out} records of computers or without a place",
            path=self._source.path,
            form=self._form,
            count=len(self.known),
            known=sum(map(staff.names, self.persons)),
            persons=len(self.persons),
            at="-" if math.isinf(last) else utc_iso(last),
            left_out=self._left_out,
        )

    def _silence(self, now: float) -> Trouble | None:
        last, path = newest(self.known), self._source.path
        if math.isinf(last) and self._source.is_pushed:
            return Trouble("logons-nothing", path, Message("logons: no program has pushed any logon"))
        if math.isinf(last):
            return Trouble("logons-nothing", path, Message("logons: {path}: gives no logon", path=path))
        if last < now - OLD_SECONDS:
            said = Message("logons: {path}: the last logon was at {at}", path=path, at=utc_iso(last))
            return Trouble("logons-old", path, said)
        if last > now + AHEAD_SECONDS:
            said = Message(
                "logons: {path}: the last logon lies ahead, at {at}: "
                "look at clocks, zones and the order of days and months",
                path=path,
                at=utc_iso(last),
            )
            return Trouble("logons-ahead", path, said)
        return None

    def _read(self, files: list[Path]) -> None:
        """Read all; a file among several that cannot be used is told and costs the others nothing."""
        events: list[Event] = []
        left_out = 0
        failed: list[BadInput] = []
        for path in files:
            try:
                found = self._events_of(path)
            except BadInput as error:
                failed.append(BadInput(error.reason, file=path))
                continue
            events += found.events
            left_out += found.left_out
        if failed and len(failed) == len(files):
            raise failed[0]
        self._in_part = _unusable(failed[0], Path(self._source.path)) if failed else None
        self.known, self._left_out = sessions(events), left_out
        self.persons = frozenset(event.staff for event in events)

    def _events_of(self, path: Path) -> Events:
        end = _end_of(path)
        found, form = forms.read(end.text, self._source.form, Written(end.written, self._zone))
        if end.is_cut and form != forms.FREERADIUS:
            raise BadInput("is larger than {limit} bytes", limit=MAX_BYTES)
        self._form = form or self._form
        return found


def _unusable(error: BadInput, path: Path) -> Message:
    return Message(
        "logons: {reason}", reason=BadInput(error.reason, file=error.file or path, line=error.line)
    )


def _files(path: Path) -> list[Path]:
    """The file itself, or the newest of a folder and of the folders in it, the oldest first."""
    if not path.is_dir():
        return [path]
    entries = [entry for entry, _ in zip(path.rglob("*"), range(MAX_ENTRIES), strict=False)]
    files = [
        entry
        for entry in entries
        if entry.is_file() and len(entry.relative_to(path).parts) <= 2 and entry.suffix not in _PACKED
    ]
    newest_first = heapq.nlargest(MAX_FILES, files, key=lambda file: file.stat().st_mtime)
    return newest_first[::-1]


class _End(NamedTuple):
    """The text of a file's last octets, when it was written, and whether something stands before them."""

    text: str
    written: float
    is_cut: bool


def _end_of(path: Path) -> _End:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise BadInput("is not a regular file", file=path)
        is_cut = status.st_size > MAX_BYTES
        if is_cut:
            stream.seek(-MAX_BYTES, os.SEEK_END)
        data = stream.read(MAX_BYTES)
    return _End(text_of(data.partition(b"\n\n")[2] if is_cut else data), status.st_mtime, is_cut)
