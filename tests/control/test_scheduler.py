from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import pytest

from sm_dns.control.scheduler import Scheduler


def _with(offset: float, play: Callable[[Scheduler], Awaitable[None]]) -> None:
    async def main() -> None:
        scheduler = Scheduler(offset)
        scheduler.start()
        try:
            await play(scheduler)
        finally:
            scheduler.stop()

    asyncio.run(main())


async def _nothing() -> None:
    pass


def _due(scheduler: Scheduler, name: str) -> float:
    instant: float = scheduler._scheduler.get_job(name).next_run_time.timestamp()
    return instant


@pytest.mark.parametrize("offset", [0.0, -86_400.0, 86_400.0])
@pytest.mark.parametrize("ahead", [0.1, -5.0])
def test_a_job_runs_at_its_instant_of_the_rehearsed_clock_or_late_but_once(
    offset: float, ahead: float
) -> None:
    async def play(scheduler: Scheduler) -> None:
        ran: list[str] = []
        done = asyncio.Event()

        async def job(word: str) -> None:
            ran.append(word)
            done.set()

        scheduler.at("one", time.time() + offset + ahead, job, "wrong")
        scheduler.at("one", time.time() + offset + ahead, job, "right")
        async with asyncio.timeout(60):
            await done.wait()
        await asyncio.sleep(0.05)
        assert ran == ["right"]

    _with(offset, play)


def test_a_job_that_is_under_way_at_the_end_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        scheduler = Scheduler(0.0)
        scheduler.start()
        begun, cancelled = asyncio.Event(), asyncio.Event()

        async def job() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        scheduler.at("long", time.time(), job)
        async with asyncio.timeout(60):
            await begun.wait()
            scheduler.stop()
            await cancelled.wait()
        await asyncio.sleep(0.05)

    asyncio.run(main())
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_planning_again_does_not_begin_a_wait_anew() -> None:
    """Plans are made at every flip: a daily refresh would never come."""

    async def play(scheduler: Scheduler) -> None:
        scheduler.every("list:a", 86_400, time.time() + 86_400, _nothing)
        due = _due(scheduler, "list:a")
        assert 0.9 * 86_400 - 60 <= due - time.time() <= 1.1 * 86_400
        await asyncio.sleep(0.01)
        scheduler.every("list:a", 86_400, time.time() + 86_400, _nothing)
        assert _due(scheduler, "list:a") == due
        scheduler.every("list:a", 3_600, time.time() + 3_600, _nothing)
        assert _due(scheduler, "list:a") - time.time() <= 1.1 * 3_600

    _with(0.0, play)


def test_the_daily_job_runs_after_local_midnight() -> None:
    async def play(scheduler: Scheduler) -> None:
        scheduler.daily("calendar", ZoneInfo("Asia/Kuala_Lumpur"), _nothing)
        assert _due(scheduler, "calendar") % 86_400 == 16 * 3_600 + 7

    _with(0.0, play)


def test_only_what_is_named_is_kept() -> None:
    async def play(scheduler: Scheduler) -> None:
        for name in ("flip:a", "flip:b", "list:b", "calendar"):
            scheduler.at(name, time.time() + 60, _nothing)
        scheduler.keep_only("flip:", {"a": 1})
        scheduler.clock_stepped()
        assert {job.id for job in scheduler._scheduler.get_jobs()} == {"flip:a", "list:b", "calendar"}

    _with(0.0, play)


def test_what_is_due_at_once_runs_at_once_and_then_waits() -> None:
    async def play(scheduler: Scheduler) -> None:
        done = asyncio.Event()

        async def job() -> None:
            done.set()

        scheduler.every("list:a", 86_400, time.time() - 1, job)
        async with asyncio.timeout(60):
            await done.wait()
        assert _due(scheduler, "list:a") > time.time() + 70_000

    _with(0.0, play)
