"""Looks at the service and keeps how it ran: what was counted between two looks, minute by minute."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from pathlib import Path

from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.status import ListStanding, Status
from sm_dns.ipc.upstream_state import together as all_upstreams
from sm_dns.state.operations import MINUTE, History, Ran, Watched, together, watched

MOST_SECONDS = 60.0  # between two looks; of a longer pause nothing is known
QUERIES, REPLAYED, DENIED, FAILED, LOST = "queries", "replayed", "denied", "SERVFAIL", "lost"

Totals = dict[tuple[Hashable, Hashable], int]
"""By (process, what): numbers that only grow while that process lives."""

Free = Callable[[Path], tuple[int, int]]
"""Octets of the disk at a path: free, and in all."""


def disk(path: Path) -> tuple[int, int]:
    """How many octets others than root may still write there, and of how many. Raises `OSError`."""
    found = os.statvfs(path)
    return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


class Operations:
    """Keeps the history of a state directory. clock: POSIX seconds."""

    def __init__(self, state_dir: Path, clock: Callable[[], float], free: Free = disk) -> None:
        self.history = History(state_dir)
        self._state_dir = state_dir
        self._clock = clock
        self._free = free
        self._at = 0.0
        self._totals: Totals = {}
        self._minute: Ran | None = None

    def look(self, status: Status) -> None:
        """Count what there was since the last look; the first one of a minute has the minute before kept."""
        at, now = self._at, self._clock()
        totals = _totals(status, self._totals)
        counted = _since(self._totals, totals)
        self._at, self._totals = now, totals
        if not at or not 0 < now - at <= MOST_SECONDS:
            return
        row = self._ran(status, now, now - at, counted)
        minute = self._minute
        if minute is not None and minute.at != row.at:
            self.history.add(minute)
            minute = None
        self._minute = row if minute is None else together([minute, row])

    def _ran(self, status: Status, now: float, seconds: float, counted: Counter[Hashable]) -> Ran:
        monitoring, bounds = status.monitoring, _bounds(status.figures)
        free, size = self._free(self._state_dir)
        return Ran(
            at=int(now - now % MINUTE),
            seconds=round(seconds, 3),
            queries=counted[QUERIES],
            replayed=counted[REPLAYED],
            denied=None if monitoring is None else counted[DENIED],
            failed=counted[FAILED],
            lost=counted[LOST],
            bounds=bounds,
            waits=tuple(counted[bound] for bound in (*bounds, None)),
            upstreams=watched(
                Watched(each.address, 1, int(not each.resting)) for each in all_upstreams(status.figures)
            ),
            waiting=0 if monitoring is None else monitoring.waiting,
            oldest_list=_oldest(status.lists, now),
            free=free,
            size=size,
        )


def _totals(status: Status, before: Totals) -> Totals:
    """What each process counted so far; of a worker that is silent what it said before."""
    found: Totals = {}
    for worker in status.workers:
        process = (worker.number, worker.pid)
        if worker.figures is None:
            found |= {key: total for key, total in before.items() if key[0] == process}
        else:
            found |= {(process, what): total for what, total in _of_worker(worker.figures)}
    if status.monitoring is not None:
        denied = sum(count for _, outcome, count in status.monitoring.counted if outcome == DENIED)
        found |= {(status.pid, DENIED): denied, (status.pid, LOST): status.monitoring.lost}
    return found


def _of_worker(figures: WorkerFigures) -> Iterable[tuple[Hashable, int]]:
    yield QUERIES, figures.queries
    yield REPLAYED, figures.memo_hits
    yield FAILED, dict(figures.rcodes).get(FAILED, 0)
    for each in figures.waits:
        yield each.up_to, each.replies


def _since(before: Totals, now: Totals) -> Counter[Hashable]:
    """What was counted meanwhile: all that a new process counted, for it began anew."""
    found: Counter[Hashable] = Counter()
    for key, total in now.items():
        found[key[1]] += max(total - before.get(key, 0), 0)
    return found


def _bounds(workers: Iterable[WorkerFigures]) -> tuple[float, ...]:
    return tuple(
        sorted({each.up_to for worker in workers for each in worker.waits if each.up_to is not None})
    )


def _oldest(lists: Iterable[ListStanding], now: float) -> int | None:
    checked = [datetime.fromisoformat(one.checked).timestamp() for one in lists if one.checked is not None]
    return max(int(now - min(checked)), 0) if checked else None
