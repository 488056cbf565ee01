"""OPS-2, T19: what the store cannot take waits, is bounded, and becomes a gap that is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest

from sm_dns.collect import store_writer
from sm_dns.collect.store_writer import StoreWriter
from sm_dns.monitor.store.rows import Gap, Row
from tests.support.sinks import MemorySink

WAIT_SECONDS = 30.0


def row(queries: int = 1) -> Row:
    return Row(0, b"p" * 16, "person", "", "facebook", "social", "denied", True, "", queries)


def until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextmanager
def writing(sink: MemorySink) -> Iterator[StoreWriter]:
    writer = StoreWriter(sink, first_pause=0.01)
    writer.start()
    try:
        yield writer
    finally:
        sink.trouble = None
        assert writer.close()


def test_everything_is_written_in_order_and_the_end_waits_for_it() -> None:
    sink = MemorySink()
    with writing(sink) as writer:
        for number in range(1, 50):
            writer.add([row(number)], "k", number, number + 1)
        writer.note_running(60.0)
        writer.add_gap(Gap(1.0, 2.0, "worker lost", 0))
        writer.note_version(60.0, "lists", "v1")
    assert [each.queries for each, _ in sink.rows] == list(range(1, 50))
    assert (sink.running, sink.gaps, sink.versions) == ([60.0], [Gap(1.0, 2.0, "worker lost", 0)], ["v1"])
    assert sink.closed
    assert writer.waiting == 0


def test_what_fails_waits_and_is_written_once_it_can_be() -> None:
    sink = MemorySink()
    sink.fail()
    with writing(sink) as writer:
        writer.add([row(), row()], "k", 0, 1)
        until(lambda: sink.tries > 3)
        assert (str(writer.failure), writer.waiting, sink.rows) == ("the disk is full", 2, [])
        sink.trouble = None
        until(lambda: len(sink.rows) == 2)
        until(lambda: not writer.failure)
    assert (sink.gaps, writer.lost) == ([], 0)


def test_no_error_of_a_store_ends_the_thread() -> None:
    sink = MemorySink()
    sink.trouble = RuntimeError()
    with writing(sink) as writer:
        writer.add([row()], "k", 0, 1)
        until(lambda: str(writer.failure) == "RuntimeError")
        sink.trouble = None
        until(lambda: sink.rows)


def test_too_much_becomes_one_gap_that_says_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_writer, "MAX_WAITING_ROWS", 3)
    sink = MemorySink()
    sink.fail()
    with writing(sink) as writer:
        for number in range(6):
            writer.add([row(10)], "k", number * 15.0, number * 15.0 + 15.0)
        assert (writer.waiting, writer.lost) == (3, 30)
        sink.trouble = None
        until(lambda: sink.gaps)
    assert len(sink.rows) == 3
    assert sink.gaps == [Gap(45.0, 90.0, "store failed", 30)]


def test_too_many_steps_are_bounded_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_writer, "MAX_STEPS", 2)
    sink = MemorySink()
    sink.fail()
    with writing(sink) as writer:
        for number in range(9):
            writer.note_running(float(number))
        writer.add_gap(Gap(5.0, 6.0, "table full", 7))
        sink.trouble = None
        until(lambda: sink.gaps)
    assert sink.running == [0.0, 1.0]
    assert sink.gaps == [Gap(5.0, 6.0, "store failed", 7)]


def test_rows_that_no_store_takes_are_a_gap_and_hold_nothing_up() -> None:
    class Strict(MemorySink):
        def add(self, rows: Iterable[Row], key_id: str) -> None:
            if any(row.queries > 1 for row in rows):
                raise ValueError("too many")
            super().add(rows, key_id)

        def add_gap(self, gap: Gap) -> None:
            if gap.end < gap.start:
                raise ValueError("no gap")
            super().add_gap(gap)

    sink = Strict()
    with writing(sink) as writer:
        writer.add([row(4)], "k", 0.0, 15.0)
        writer.add_gap(Gap(9.0, 8.0, "impossible", 0))
        writer.add([row()], "k", 15.0, 30.0)
        until(lambda: sink.gaps)
    assert len(sink.rows) == 1
    assert sink.gaps == [Gap(0.0, 15.0, "counts refused", 4)]


def test_the_end_does_not_wait_for_a_store_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_writer, "CLOSE_SECONDS", 0.05)
    let_go = Event()

    class Hanging(MemorySink):
        def note_running(self, now: float) -> None:
            let_go.wait(WAIT_SECONDS)

    writer = StoreWriter(Hanging())
    writer.start()
    writer.note_running(1.0)
    assert not writer.close()
    let_go.set()


def test_a_store_that_fails_at_the_end_is_tried_once_more_and_left() -> None:
    sink = MemorySink()
    sink.fail()
    writer = StoreWriter(sink, first_pause=60.0)
    writer.start()
    writer.add([row()], "k", 0, 1)
    until(lambda: writer.failure)
    assert writer.close()
    assert sink.closed
    assert sink.rows == []


def test_one_that_never_began_ends_at_once() -> None:
    assert StoreWriter(MemorySink()).close()
