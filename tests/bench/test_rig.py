from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench import rig
from tests.bench.load import Load
from tests.bench.rig import TRIES, in_turn
from tests.bench.service import BenchError, Service


class IdleService(Service):
    """One that needs no process: every piece of work costs it a tenth of a second."""

    used = 0.0

    def cpu_seconds(self) -> float:
        self.used += 0.1
        return self.used


def services() -> list[Service]:
    return [IdleService(name, [], 0, "0", Path(os.devnull)) for name in ("one", "other")]


def test_work_is_dealt_out_in_turn() -> None:
    order: list[tuple[str, int]] = []

    def work(service: Service, number: int) -> Load:
        order.append((service.name, number))
        return Load(completed=1_000, lost=number, seconds=0.5)

    found = in_turn(services(), 2, work)
    assert order == [("one", 0), ("other", 0), ("one", 1), ("other", 1)]
    assert [round(one.cpu_us) for one in found["one"]] == [100, 100]
    assert [(one.rate, one.lost) for one in found["other"]] == [(2_000, 0), (2_000, 1)]


def test_wrong_answers_are_tried_again_and_then_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rig, "PAUSE_SECONDS", 0.0)
    tried: list[str] = []

    def work(service: Service, _: int) -> Load:
        tried.append(service.name)
        if service.name == "other" or len(tried) == 1:
            raise BenchError("SERVFAIL")
        return Load(1, 0, 1.0)

    with pytest.raises(BenchError, match="other: SERVFAIL"):
        in_turn(services(), 1, work)
    assert tried == ["one"] * 2 + ["other"] * TRIES
    tried.clear()
    assert [*in_turn(services(), 2, work, may_fail={"other"})] == ["one"]
    assert tried.count("other") == TRIES, "who is left out is asked no more"
