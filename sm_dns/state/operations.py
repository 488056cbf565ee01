"""The history of how the service ran: a row a minute for a day, a row an hour for thirty days, and no person in it.

Each file is lines of JSON, to which is only added; once it has twice the rows that are kept it is written anew.
A line that cannot be read, such as one that a crash cut short, is passed over. What the disk does not take waits,
bounded, and is written with what comes next: nothing else depends on it.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby, islice
from operator import add
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, is_there, make_directory, read_regular
from sm_dns.util.message import Message, reason_of
from sm_dns.util.typed_json import from_json, to_json

FOLDER = "operations"
MINUTE, HOUR = 60, 3600
MAX_MINUTES = 24 * 60
MAX_HOURS = 30 * 24
MAX_UPSTREAMS = 16  # of which a row tells
MAX_BYTES = 8 << 20  # of a file


@dataclass(frozen=True, slots=True)
class Watched:
    """How often an upstream was looked at, and how often it was asked then rather than left alone."""

    address: str
    looks: int
    up: int


@dataclass(frozen=True, slots=True)
class Ran:
    """How the service ran from `at` on (POSIX seconds), as far as it was looked at: `seconds` of that time.

    queries, replayed, denied, failed, lost: how many there were; denied is None where nothing is counted, failed are
    replies SERVFAIL, lost those that the store of usage never got. waits: how many replies waited for upstreams,
    class by class as workers tell them; bounds: up to how many seconds each of them but the last. upstreams: the
    first `MAX_UPSTREAMS`. waiting: rows that the store had not taken, at most. oldest_list: seconds since that list
    by URL was known to be current for which that is longest; None without any. free, size: octets of the disk of the
    state directory, free at least.
    """

    at: int
    seconds: float
    queries: int
    replayed: int
    denied: int | None
    failed: int
    lost: int
    bounds: tuple[float, ...]
    waits: tuple[int, ...]
    upstreams: tuple[Watched, ...]
    waiting: int
    oldest_list: int | None
    free: int
    size: int


def together(rows: Iterable[Ran]) -> Ran:
    """Several rows as one, from the first on. Raises `ValueError` for none."""
    first, *others = rows
    for one in others:
        first = _added(first, one)
    return first


def _added(one: Ran, other: Ran) -> Ran:
    fits = one.bounds == other.bounds  # another version of the program may have had others
    return replace(
        other,
        at=one.at,
        seconds=one.seconds + other.seconds,
        queries=one.queries + other.queries,
        replayed=one.replayed + other.replayed,
        denied=sum(known) if (known := _known(one.denied, other.denied)) else None,
        failed=one.failed + other.failed,
        lost=one.lost + other.lost,
        waits=tuple(map(add, one.waits, other.waits)) if fits else other.waits,
        upstreams=watched((*one.upstreams, *other.upstreams)),
        waiting=max(one.waiting, other.waiting),
        oldest_list=max(_known(one.oldest_list, other.oldest_list), default=None),
        free=min(one.free, other.free),
    )


def _known(*numbers: int | None) -> list[int]:
    return [each for each in numbers if each is not None]


def watched(rows: Iterable[Watched]) -> tuple[Watched, ...]:
    """Each upstream once, the first `MAX_UPSTREAMS`."""
    looks: Counter[str] = Counter()
    up: Counter[str] = Counter()
    for each in rows:
        looks[each.address] += each.looks
        up[each.address] += each.up
    return tuple(Watched(name, count, up[name]) for name, count in islice(looks.items(), MAX_UPSTREAMS))


class History:
    """The two files in a state directory, for any thread."""

    def __init__(self, state_dir: Path) -> None:
        self._lock = threading.Lock()
        folder = state_dir / FOLDER
        self._minutes = _Rows(folder / "minutes.jsonl", MAX_MINUTES)
        self._hours = _Rows(folder / "hours.jsonl", MAX_HOURS)

    @property
    def trouble(self) -> Message | None:
        """What the disk said last; None where it takes everything."""
        return self._minutes.trouble or self._hours.trouble

    def add(self, row: Ran) -> None:
        """A minute is over; with the first of an hour those before it are too."""
        with self._lock:
            self._minutes.add(row)
            self._end_hours(row.at - row.at % HOUR)

    def minutes(self) -> list[Ran]:
        """A row a minute that was looked at, the oldest first: `MAX_MINUTES` at most."""
        with self._lock:
            return [*self._minutes.rows()]

    def hours(self) -> list[Ran]:
        """A row an hour likewise: `MAX_HOURS` at most, and what there is of the last one."""
        with self._lock:
            hours, minutes = [*self._hours.rows()], [*self._minutes.rows()]
        last = hours[-1].at if hours else -HOUR
        rest = [each for each in minutes if each.at >= last + HOUR]
        return [*hours, together(rest)] if rest else hours

    def _end_hours(self, now: int) -> None:
        """Keep what there is of each hour before `now` that is not kept yet."""
        last = max((each.at for each in self._hours.rows()), default=-HOUR)
        over = [each for each in self._minutes.rows() if last + HOUR <= each.at < now]
        for start, rows in groupby(over, key=lambda each: each.at - each.at % HOUR):
            self._hours.add(replace(together(rows), at=start))


class _Rows:
    """One file. What is in it is read when it is first asked for."""

    def __init__(self, path: Path, most: int) -> None:
        self.trouble: Message | None = None
        self._path = path
        self._most = most
        self._known: deque[Ran] | None = None
        self._unwritten: deque[Ran] = deque(maxlen=most)
        self._lines = 0  # in the file

    def rows(self) -> deque[Ran]:
        """Those that are kept, the oldest first."""
        if self._known is None:
            self._known = deque(self._read(), self._most)
        return self._known

    def add(self, row: Ran) -> None:
        """Keep one more, later than all others: where the clock was set back, those that came later go."""
        rows = self.rows()
        while rows and rows[-1].at >= row.at:
            rows.pop()
        rows.append(row)
        self._unwritten.append(row)
        try:
            self._write()
        except OSError as error:
            self.trouble = reason_of(error)
        else:
            self.trouble = None
            self._unwritten.clear()

    def _write(self) -> None:
        """Write what is not written yet. Raises `OSError`."""
        make_directory(self._path.parent, mode=0o750)
        self._lines += len(self._unwritten)
        if self._lines > 2 * self._most:
            atomic_write(self._path, b"".join(map(_line, self.rows())), mode=0o640)
            self._lines = len(self.rows())
            return
        with self._path.open("ab") as file:
            # A line that the disk took in part is ended first.
            file.write(b"\n" + b"".join(map(_line, self._unwritten)))

    def _read(self) -> list[Ran]:
        """The rows of the file; of two of one time the last."""
        try:
            data = read_regular(self._path, limit=MAX_BYTES) if is_there(self._path) else b""
        except (BadInput, OSError) as error:
            self.trouble = reason_of(error)
            self._lines = 2 * self._most  # the next row begins it anew
            return []
        lines = [line for line in data.splitlines() if line]
        self._lines = len(lines)
        found = {row.at: row for row in map(_row, lines) if row is not None}
        return [found[at] for at in sorted(found)]


def _line(row: Ran) -> bytes:
    return json.dumps(to_json(row), separators=(",", ":")).encode() + b"\n"


def _row(line: bytes) -> Ran | None:
    try:
        return from_json(Ran, json.loads(line))
    except (BadInput, ValueError, RecursionError):
        return None
