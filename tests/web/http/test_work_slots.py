"""However many wait for something long, whoever logs in is served, and /healthz answers."""

from __future__ import annotations

import asyncio
import threading

import anyio.to_thread
import httpx
import pytest

from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Refused
from sm_dns.web.data.figure_cache import MAX_WAITING
from sm_dns.web.data.usage import Figures
from sm_dns.web.http.work_slots import MAX_READS, MAX_WRITES, POOL, Room
from sm_dns.web.interface.openapi import PREFIX
from sm_dns.web.registry import views
from tests.support.dashboard import ADDRESS, PASSWORD, Dashboard
from tests.support.processes import until

PATIENCE = 60.0


def test_a_place_is_given_back_whatever_happens() -> None:
    one = Room(1)
    with pytest.raises(ValueError, match="own"), one.place():
        with pytest.raises(Refused) as refused, one.place():
            pass
        assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})
        raise ValueError("its own")
    with one.place():
        pass


def test_threads_are_left_for_what_is_short() -> None:
    async def tokens() -> float:
        return anyio.to_thread.current_default_thread_limiter().total_tokens

    assert asyncio.run(tokens()) == POOL
    assert MAX_WAITING < MAX_READS
    assert MAX_READS + MAX_WRITES < POOL


async def _asked(
    dashboard: Dashboard, method: str, path: str, number: int, headers: dict[str, str]
) -> list[asyncio.Task[httpx.Response]]:
    transport = httpx.ASGITransport(dashboard.app, client=("192.0.2.7", 50000))
    client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)
    return [
        asyncio.ensure_future(client.request(method, path, json={"why": "x"} if method == "POST" else None))
        for _ in range(number)
    ]


async def _refused(waiting: list[asyncio.Task[httpx.Response]], number: int) -> list[httpx.Response]:
    """So many have their answer, and the others wait on."""
    await until(lambda: sum(task.done() for task in waiting) >= number, "they are refused")
    found = [task.result() for task in waiting if task.done()]
    assert len(found) == number
    return found


async def _short_work(dashboard: Dashboard) -> list[int]:
    """The statuses of what needs an answer meanwhile."""
    transport = httpx.ASGITransport(dashboard.app, client=("192.0.2.8", 50000))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client, asyncio.timeout(PATIENCE):
        health = await client.get("/healthz")
        page = await client.get("/login")
        login = await client.post(
            "/login", data={"name": "officer2", "password": PASSWORD}, headers={"Origin": ADDRESS}
        )
    return [health.status_code, page.status_code, login.status_code]


def test_many_who_wait_for_figures_keep_nobody_from_logging_in(dashboard: Dashboard) -> None:
    go = threading.Event()

    def compute(key: object) -> Figures:
        go.wait(4 * PATIENCE)
        raise BadInput("enough waited")

    dashboard.site.figures._compute = compute
    dashboard.site.api_views["usage"] = views(dashboard.site.figures, 4 * PATIENCE)["usage"]
    token = dashboard.token("auditor", "")

    async def act() -> list[int]:
        waiting = await _asked(dashboard, "GET", f"{PREFIX}/usage", 2 * POOL, token)
        try:
            short = await _short_work(dashboard)
            refused = await _refused(waiting, 2 * POOL - MAX_WAITING)
            assert {(each.status_code, each.headers["Retry-After"]) for each in refused} == {(503, "5")}
        finally:
            go.set()
            await asyncio.wait(waiting)
        return short

    assert asyncio.run(act()) == [200, 200, 303]


def test_many_who_change_something_keep_nobody_from_logging_in(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service may take minutes to read its files again."""
    go = threading.Event()
    monkeypatch.setattr(dashboard.site.backend, "reload", lambda: go.wait(4 * PATIENCE))
    token = dashboard.token("admin", "")

    async def act() -> list[int]:
        waiting = await _asked(dashboard, "POST", f"{PREFIX}/reload", 2 * POOL, token)
        try:
            short = await _short_work(dashboard)
            refused = await _refused(waiting, 2 * POOL - MAX_WRITES)
            assert {each.status_code for each in refused} == {503}
            assert refused[0].json() == {"error": "the dashboard is busy: try again in a moment"}
        finally:
            go.set()
            await asyncio.wait(waiting)
        return short

    assert asyncio.run(act()) == [200, 200, 303]


def test_a_long_list_that_is_read_keeps_no_page_waiting(
    dashboard: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go = threading.Event(), threading.Event()

    def slowly(settings: object) -> list[object]:
        reading.set()
        assert go.wait(PATIENCE)
        return []

    monkeypatch.setattr("sm_dns.web.data.backend.all_rows", slowly)
    desk = dashboard.site.backend
    other = threading.Thread(target=desk.rows)
    other.start()
    try:
        assert reading.wait(PATIENCE)
        assert desk.policy() and desk.settings() and desk.audited()  # would wait for the list
    finally:
        go.set()
        other.join()
