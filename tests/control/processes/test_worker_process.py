"""A worker process, real: started on real sockets, killed, stopped, and replaced."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sm_dns.control.processes import worker_process
from sm_dns.control.processes.worker_process import WORKER, Program, WorkerProcess
from sm_dns.generation.directory import Generation
from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.orders import Failed, Loaded, OfWorker, WorkerStart
from sm_dns.listen.listeners import OF_WORKERS, Place, close_all, joined, open_place
from tests.support.contracts import NO_SWITCHES
from tests.support.processes import is_alive
from tests.support.site import Site


async def _until(fact: Callable[[], object]) -> None:
    for _ in range(6000):
        if fact():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not within a minute")


async def _figures(worker: WorkerProcess) -> WorkerFigures:
    found = await worker.figures()
    assert isinstance(found, OfWorker)
    return found.stats


NOTHING = Program("tests.no_such_program", "worker", WorkerStart)  # which cannot even start


def _play(
    generation: Callable[[], Path],
    act: Callable[[WorkerProcess], Awaitable[None]],
    *,
    ready: bool = True,
    program: Program = WORKER,
) -> WorkerProcess:
    """Run a worker while `act` lasts."""

    async def main() -> WorkerProcess:
        opened = open_place(Place("listen", "127.0.0.1", 0))
        worker = WorkerProcess(0, joined(opened, OF_WORKERS), 0.0, generation, NO_SWITCHES, program)
        running = asyncio.ensure_future(worker.run())
        try:
            if ready:
                await worker.wait_ready()
            await act(worker)
        finally:
            running.cancel()
            await asyncio.wait([running])
            close_all(opened)
        return worker

    return asyncio.run(main())


@pytest.fixture
def first(site: Site) -> Generation:
    return site.compile()


def test_a_worker_loads_tells_figures_and_ends_with_its_keeper(site: Site, first: Generation) -> None:
    pids = []

    async def act(worker: WorkerProcess) -> None:
        assert worker.pid is not None
        pids.append(worker.pid)
        site.list("streaming", "film.example")
        second = site.compile()
        assert await worker.load(second.directory) == Loaded(2)
        assert (await _figures(worker)).generation == 2
        assert isinstance(await worker.load(site.state), Failed)
        assert (await _figures(worker)).generation == 2

    worker = _play(lambda: first.directory, act)
    assert worker.restarts == 0
    assert worker.pid is None
    assert not is_alive(pids[0])


def test_a_killed_worker_is_started_again_with_the_newest_generation(site: Site, first: Generation) -> None:
    newest = [first.directory]

    async def act(worker: WorkerProcess) -> None:
        site.list("streaming", "film.example")
        newest.append(site.compile().directory)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        await _until(lambda: worker.pid is None)
        assert str(worker.ends.what) == "was killed by SIGKILL"
        assert await worker.figures() is None
        assert await worker.load(newest[-1]) is None
        await worker.wait_ready()
        assert (await _figures(worker)).generation == 2

    assert _play(lambda: newest[-1], act).restarts == 1


def test_a_generation_published_while_a_worker_starts_is_not_missed(site: Site, first: Generation) -> None:
    site.list("streaming", "film.example")
    second = site.compile()
    asked = []

    def generation() -> Path:
        asked.append(1)
        return first.directory if len(asked) == 1 else second.directory

    async def act(worker: WorkerProcess) -> None:
        for _ in range(6000):
            if (await _figures(worker)).generation == 2:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it answers by the old one")

    _play(generation, act)


def test_an_answer_that_came_too_late_is_not_taken_for_the_next(
    site: Site, first: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.list("streaming", "film.example")
    second = site.compile()

    async def act(worker: WorkerProcess) -> None:
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        monkeypatch.setattr(worker_process, "ANSWER_SECONDS", 0.2)
        assert await worker.load(second.directory) is None
        assert await worker.figures() is None
        os.kill(worker.pid, signal.SIGCONT)
        monkeypatch.undo()
        assert (await _figures(worker)).generation == 2
        assert await worker.load(first.directory) == Loaded(1)

    assert _play(lambda: first.directory, act).restarts == 0


def test_a_worker_that_lives_but_does_not_answer_is_replaced(
    first: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: list[int] = []

    async def act(worker: WorkerProcess) -> None:
        assert worker.pid is not None
        pids.append(worker.pid)
        await _until(lambda: worker.answers)
        os.kill(worker.pid, signal.SIGSTOP)
        # Only now: a busy machine would make a worker that is well look silent.
        monkeypatch.setattr(worker_process, "CHECK_SECONDS", 0.1)
        monkeypatch.setattr(worker_process, "CHECK_ANSWER_SECONDS", 0.1)
        await _until(lambda: not worker.answers)
        await _until(lambda: not is_alive(pids[0]))
        monkeypatch.undo()
        await _until(lambda: worker.answers)

    assert _play(lambda: first.directory, act).restarts == 1


def test_who_asks_a_silent_worker_for_its_figures_does_not_keep_it_from_being_replaced(
    first: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(worker: WorkerProcess) -> None:
        pid = worker.pid
        assert pid is not None
        await _until(lambda: worker.answers)
        os.kill(pid, signal.SIGSTOP)
        # Only now: a busy machine would make a worker that is well look silent.
        monkeypatch.setattr(worker_process, "CHECK_SECONDS", 0.1)
        monkeypatch.setattr(worker_process, "CHECK_ANSWER_SECONDS", 0.1)
        monkeypatch.setattr(worker_process, "ANSWER_SECONDS", 3600.0)
        await _until(lambda: not worker.answers)
        while is_alive(pid):
            assert await worker.figures() is None
            await asyncio.sleep(0)
        monkeypatch.undo()
        await _until(lambda: worker.answers)

    assert _play(lambda: first.directory, act).restarts == 1


def test_a_worker_that_was_silent_for_a_moment_lives_on(
    first: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "CHECK_SECONDS", 0.1)
    monkeypatch.setattr(worker_process, "CHECK_ANSWER_SECONDS", 5.0)

    async def act(worker: WorkerProcess) -> None:
        await _until(lambda: worker.answers)
        for _ in range(worker_process.MAX_SILENCES + 1):
            assert worker.pid is not None
            os.kill(worker.pid, signal.SIGSTOP)
            # Only now: a busy machine would make a worker that is well look silent.
            with monkeypatch.context() as hasty:
                hasty.setattr(worker_process, "CHECK_ANSWER_SECONDS", 0.3)
                await _until(lambda: not worker.answers)
            os.kill(worker.pid, signal.SIGCONT)
            await _until(lambda: worker.answers)

    assert _play(lambda: first.directory, act).restarts == 0


def test_a_worker_that_cannot_start_is_tried_less_and_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def note(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    async def act(worker: WorkerProcess) -> None:
        monkeypatch.setattr(asyncio, "sleep", note)
        while len(pauses) < 3:
            await sleep(0.05)
        monkeypatch.undo()

    _play(lambda: tmp_path / "nothing", act, ready=False, program=NOTHING)
    assert pauses[:3] == [2 * worker_process.FIRST_PAUSE * 2**number for number in range(3)]
    assert worker_process.LONGEST_PAUSE < worker_process.STEADY_SECONDS


def test_a_worker_that_does_not_stop_is_killed(first: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_process, "STOP_SECONDS", 0.2)
    pids = []

    async def act(worker: WorkerProcess) -> None:
        assert worker.pid is not None
        pids.append(worker.pid)
        os.kill(worker.pid, signal.SIGSTOP)

    began = time.monotonic()
    _play(lambda: first.directory, act)
    assert time.monotonic() - began < 50
    assert not is_alive(pids[0])


def test_a_worker_that_is_still_starting_ends_with_its_keeper(first: Generation) -> None:
    pids: list[int] = []

    async def act(worker: WorkerProcess) -> None:
        await _until(lambda: worker.pid)
        assert worker.pid is not None
        pids.append(worker.pid)

    _play(lambda: first.directory, act, ready=False)
    assert not is_alive(pids[0])


def test_a_worker_that_never_gets_ready_is_replaced(
    first: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: list[int] = []

    async def act(worker: WorkerProcess) -> None:
        monkeypatch.setattr(worker_process, "START_SECONDS", 0.3)
        await _until(lambda: worker.pid)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGSTOP)
        pids.append(worker.pid)
        await _until(lambda: worker.pid != pids[0])
        monkeypatch.undo()
        await worker.wait_ready()

    _play(lambda: first.directory, act, ready=False)
    assert not is_alive(pids[0])


def test_a_system_without_room_for_a_process_is_tried_again(
    first: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = asyncio.create_subprocess_exec
    refusals = [BlockingIOError(11, "no process left"), OSError(12, "no memory left")]

    async def refuse(*arguments: Any, **options: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return await real(*arguments, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)

    async def act(worker: WorkerProcess) -> None:
        assert worker.pid is not None

    _play(lambda: first.directory, act)
    assert refusals == []


def test_waiting_for_a_worker_that_never_answers_ends_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "START_SECONDS", 0.2)

    async def act(worker: WorkerProcess) -> None:
        with pytest.raises(TimeoutError, match="worker 0 does not answer"):
            await worker.wait_ready()

    _play(lambda: tmp_path / "nothing", act, ready=False, program=NOTHING)


def test_a_worker_that_dies_of_an_error_says_which(
    first: Generation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said to its keeper, whoever is just being told something else."""
    (tmp_path / "dying.py").write_text(
        "import asyncio\n"
        "from sm_dns.serve import worker\n"
        "async def run(self):\n"
        "    raise LookupError('no more')\n"
        "worker.Worker.run = run\n"
        "worker.main()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def act(worker: WorkerProcess) -> None:
        await _until(lambda: worker.ends.count > 1)
        assert str(worker.ends.what).startswith("ended by an error at ")
        assert str(worker.ends.what).endswith(": LookupError('no more')")

    _play(lambda: first.directory, act, ready=False, program=Program("dying", "worker", WorkerStart))


def test_a_worker_that_could_not_read_its_generation_is_ready_and_has_another_made(
    first: Generation, tmp_path: Path
) -> None:

    async def act(worker: WorkerProcess) -> None:
        assert "nothing" in str((await _figures(worker)).without_policy)
        assert worker.distrusts
        assert isinstance(await worker.load(first.directory), Loaded)
        assert not (await _figures(worker)).without_policy

    _play(lambda: tmp_path / "nothing", act)
