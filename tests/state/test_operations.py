"""The history of how the service ran: bounded, outliving a restart, and no trouble to anything else."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.state import operations
from sm_dns.state.operations import (
    FOLDER,
    HOUR,
    MAX_HOURS,
    MAX_MINUTES,
    MAX_UPSTREAMS,
    MINUTE,
    History,
    Ran,
    Watched,
    together,
)

START = 1_786_291_200  # midnight UTC
ROW = Ran(
    at=START,
    seconds=60.0,
    queries=600,
    replayed=300,
    denied=6,
    failed=1,
    lost=0,
    bounds=(0.1, 1.0),
    waits=(3, 2, 1),
    upstreams=(Watched("192.0.2.1:53", 12, 12),),
    waiting=4,
    oldest_list=7200,
    free=900,
    size=1000,
)


def minutes(count: int, start: int = START) -> list[Ran]:
    return [replace(ROW, at=start + MINUTE * number, queries=number) for number in range(count)]


def kept(directory: Path, count: int, start: int = START) -> History:
    history = History(directory)
    for row in minutes(count, start):
        history.add(row)
    return history


def test_rows_are_there_after_a_restart(tmp_path: Path) -> None:
    kept(tmp_path, 3)
    assert History(tmp_path).minutes() == minutes(3)


def test_an_hour_that_is_over_is_one_row_and_the_one_that_goes_on_too(tmp_path: Path) -> None:
    history = kept(tmp_path, 61)
    first, last = history.hours()
    assert (first.at, first.seconds, first.queries, first.denied) == (START, 3600.0, sum(range(60)), 360)
    assert (last.at, last.queries) == (START + HOUR, 60)
    assert [each.at for each in History(tmp_path).hours()] == [START, START + HOUR]


def test_an_hour_that_ended_while_nobody_ran_is_kept_by_who_comes_then(tmp_path: Path) -> None:
    kept(tmp_path, 30)
    history = History(tmp_path)
    history.add(replace(ROW, at=START + 5 * HOUR + 120))
    assert [each.at for each in history.hours()] == [START, START + 5 * HOUR + 120]
    assert history.hours()[0].seconds == 30 * 60


def test_files_and_rows_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "MAX_MINUTES", 10)
    history = kept(tmp_path, 95)
    lines = (tmp_path / FOLDER / "minutes.jsonl").read_bytes().split()
    assert len(lines) <= 20
    assert history.minutes() == History(tmp_path).minutes() == minutes(95)[-10:]
    assert (MAX_MINUTES * MINUTE, MAX_HOURS * HOUR) == (86_400, 30 * 86_400)


def test_a_line_that_was_cut_short_or_is_none_costs_itself_alone(tmp_path: Path) -> None:
    kept(tmp_path, 3)
    path = tmp_path / FOLDER / "minutes.jsonl"
    path.write_bytes(b"\xff{}\n[]\n" + path.read_bytes()[:-20])
    history = History(tmp_path)
    assert history.minutes() == minutes(2)
    history.add(minutes(4)[3])
    assert History(tmp_path).minutes() == [*minutes(2), minutes(4)[3]]


def test_what_a_full_disk_does_not_take_is_said_and_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = kept(tmp_path, 1)
    path = tmp_path / FOLDER / "minutes.jsonl"
    real = Path.open

    def full(self: Path, *given: str, **named: object) -> object:
        if self == path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return real(self, *given, **named)  # type: ignore[call-overload]

    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", full)
        for row in minutes(3)[1:]:
            history.add(row)
        assert history.trouble is not None and "No space left" in str(history.trouble)
        assert history.minutes() == minutes(3)
        assert History(tmp_path).minutes() == minutes(1)
    history.add(minutes(4)[3])
    assert history.trouble is None
    assert History(tmp_path).minutes() == minutes(4)


def test_a_file_that_cannot_be_read_is_said_and_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / "minutes.jsonl"
    path.parent.mkdir()
    os.mkfifo(path)
    history = History(tmp_path)
    assert history.minutes() == [] and history.trouble is not None
    history.add(ROW)
    assert history.trouble is None
    assert History(tmp_path).minutes() == [ROW]


def test_a_clock_that_is_set_back_leaves_rows_in_order(tmp_path: Path) -> None:
    history = kept(tmp_path, 5)
    history.add(replace(ROW, at=START + 2 * MINUTE, queries=99))
    assert [(each.at - START, each.queries) for each in history.minutes()] == [(0, 0), (60, 1), (120, 99)]


def test_what_is_added_and_what_is_the_worst(tmp_path: Path) -> None:
    other = replace(
        ROW,
        at=START + 60,
        denied=None,
        waiting=9,
        oldest_list=None,
        free=100,
        waits=(0, 0, 5),
        upstreams=(Watched("192.0.2.2:53", 12, 0), Watched("192.0.2.1:53", 12, 3)),
    )
    both = together([ROW, other])
    assert (both.at, both.seconds, both.queries, both.denied) == (START, 120.0, 1200, 6)
    assert (both.waiting, both.oldest_list, both.free, both.waits) == (9, 7200, 100, (3, 2, 6))
    assert both.upstreams == (Watched("192.0.2.1:53", 24, 15), Watched("192.0.2.2:53", 12, 0))
    nothing = together([replace(ROW, denied=None, oldest_list=None)] * 2)
    assert (nothing.denied, nothing.oldest_list) == (None, None)
    many = tuple(Watched(f"192.0.2.{at}:53", 1, 1) for at in range(MAX_UPSTREAMS + 4))
    assert len(together([replace(ROW, upstreams=many)] * 2).upstreams) == MAX_UPSTREAMS
