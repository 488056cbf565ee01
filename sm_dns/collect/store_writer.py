"""The one thread that writes into the store. What it cannot write waits, bounded, and then becomes a gap.

A store that is locked, full, damaged or away costs resolving nothing: nobody waits for this thread but a shutdown,
and that for `CLOSE_SECONDS`.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread

from sm_dns.monitor.store.rows import Gap, Row
from sm_dns.monitor.store.sink import Sink
from sm_dns.util.message import Message, reason_of

MAX_STEPS = 1024  # waiting to be written
MAX_WAITING_ROWS = 200_000  # in them
FIRST_PAUSE = 1.0  # seconds before a failed write is tried again, then doubled
LONGEST_PAUSE = 30.0
CLOSE_SECONDS = 8.0  # for what waits, at the end

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """One transaction. If it has to be dropped, that is a gap from `since` to `until` of so many queries."""

    write: Callable[[Sink], None]
    since: float
    until: float
    rows: int = 0
    queries: int = 0
    is_loss: bool = True


class StoreWriter:
    """Takes from the control process without ever blocking it. `failure`: why the store cannot be written."""

    def __init__(self, sink: Sink, first_pause: float = FIRST_PAUSE) -> None:
        self.failure: Message | None = None
        self.lost = 0  # queries that are not in the store
        self._sink = sink
        self._first_pause = first_pause
        self._steps: deque[_Step] = deque()
        self._rows = 0
        self._dropped: Gap | None = None
        self._closing = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="store", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, rows: Sequence[Row], key_id: str, since: float, until: float) -> None:
        """Have rows written that were counted from `since` to `until`."""
        queries = sum(row.queries for row in rows)
        self._put(_Step(lambda sink: sink.add(rows, key_id), since, until, len(rows), queries))

    def add_gap(self, gap: Gap) -> None:
        """Have a gap recorded."""
        self._put(_Step(lambda sink: sink.add_gap(gap), gap.start, gap.end, queries=gap.lost))

    def note_running(self, now: float) -> None:
        """Have noted that counting ran at `now`."""
        self._put(_Step(lambda sink: sink.note_running(now), now, now, is_loss=False))

    def note_version(self, now: float, what: str, version: str) -> None:
        """Have noted which version of the lists or the schedules is in use."""
        self._put(_Step(lambda sink: sink.note_version(now, what, version), now, now, is_loss=False))

    def build_sums(self, now: float) -> None:
        """Have the sums over services made of one more day that has none yet."""
        self._put(_Step(lambda sink: sink.build_sums(), now, now, is_loss=False))

    @property
    def waiting(self) -> int:
        """How many rows wait to be written."""
        return self._rows

    def close(self) -> bool:
        """Write what waits, each once more, and end; False where that took too long and was given up."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)
        return not self._thread.is_alive()

    def _put(self, step: _Step) -> None:
        with self._changed:
            if len(self._steps) >= MAX_STEPS or self._rows + step.rows > MAX_WAITING_ROWS:
                self._drop(step, "store failed")
                return
            self._steps.append(step)
            self._rows += step.rows
            self._changed.notify()

    def _drop(self, step: _Step, reason: str) -> None:
        """Remember the loss, as one gap, until there is room to record it."""
        if not step.is_loss:
            return
        self.lost += step.queries
        old = self._dropped or Gap(step.since, step.until, reason, 0)
        self._dropped = Gap(
            min(old.start, step.since), max(old.end, step.until), old.reason, old.lost + step.queries
        )

    def _run(self) -> None:
        pause = self._first_pause
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._steps or self._closing)
                if not self._steps:
                    break
                step = self._steps[0]
            if self._written(step):
                pause = self._first_pause
                self._done(step)
                continue
            with self._changed:
                if self._closing:
                    break
                self._changed.wait_for(lambda: self._closing, timeout=pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._sink.close()

    def _written(self, step: _Step) -> bool:
        """Try once; False where it is to be tried again."""
        try:
            step.write(self._sink)
        except ValueError as error:  # rows that no store takes: trying again would block all others
            log.error("counts were refused by the store: %s", error)
            if step.rows:  # a gap that is refused would be refused for ever
                with self._changed:
                    self._drop(step, "counts refused")
        except Exception as error:  # whatever a store has: it must not end the thread
            if not self.failure:
                log.warning("counts wait, for the store cannot be written: %s", error)
            self.failure = reason_of(error) if str(error) else Message(type(error).__name__)
            return False
        self.failure = None
        return True

    def _done(self, step: _Step) -> None:
        with self._changed:
            self._steps.popleft()
            self._rows -= step.rows
            gap, self._dropped = self._dropped, None
            if gap is not None:
                self._steps.append(_Step(lambda sink: sink.add_gap(gap), gap.start, gap.end))
