from __future__ import annotations

import asyncio
import os
import signal

from sm_dns.control.processes.workers import Workers
from sm_dns.dns import names
from sm_dns.ipc.orders import Loaded
from sm_dns.listen.listeners import OF_WORKERS, Place, close_all, joined, open_place
from tests.support.contracts import NO_SWITCHES
from tests.support.processes import is_alive, until
from tests.support.site import Site


def test_all_workers_load_tell_and_end_together(site: Site) -> None:
    first = site.compile()
    site.list("streaming", "film.example")
    second = site.compile()
    current = [first.directory]

    async def main() -> list[int]:
        opened = open_place(Place("listen", "127.0.0.1", 0), 2)
        sockets = [joined([each], OF_WORKERS) for each in opened]
        workers = Workers(sockets, 0.0, lambda: current[-1], NO_SWITCHES)
        running = asyncio.ensure_future(workers.run())
        try:
            assert not workers.answer
            await workers.wait_ready()
            assert workers.answer
            assert await workers.load(second.directory) == [Loaded(2)] * 2
            current.append(second.directory)
            assert await workers.flush(names.from_text("example")) == 0
            status = await workers.status()
            told = [(one.number, one.restarts, one.figures and one.figures.generation) for one in status]
            assert told == [(0, 0, 2), (1, 0, 2)]
            pids = [one.pid for one in status if one.pid is not None]
            os.kill(pids[1], signal.SIGKILL)
            await until(lambda: not is_alive(pids[1]), "it is gone")
            await until(lambda: workers._workers[1].pid != pids[1], "another takes its place")
            answers = await workers.load(second.directory)
            assert answers[0] == Loaded(2)  # one that is down holds nobody up
            return pids
        finally:
            running.cancel()
            await asyncio.wait([running])
            close_all(opened)

    pids = asyncio.run(main())
    assert len(set(pids)) == 2
    assert not any(map(is_alive, pids))
