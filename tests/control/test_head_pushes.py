from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.control.head_pushes import HeadPushes
from sm_dns.ipc import children
from sm_dns.ipc.children import PushedHead
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from tests.control.test_jobs import Plan
from tests.generation.test_service import SERVICE


def pushes(plan: Plan, clock: Clock) -> HeadPushes:
    scheduler: Any = plan
    return HeadPushes(Path("/etc/sm-dns.yaml"), clock, scheduler)


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], PushedHead]) -> None:
    async def push(config: Path) -> PushedHead:
        return answer()

    monkeypatch.setattr(children, "push_head", push)


def done(plan: Plan) -> None:
    job: Callable[[], Awaitable[None]] = plan.jobs["head:audit"][1]

    async def main() -> None:
        await job()

    asyncio.run(main())


def test_what_could_not_be_told_is_a_finding_until_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(0.0)
    found = pushes(plan, Clock())
    found.plan(SERVICE)
    assert plan.seconds == {"head:audit": 3600}
    answering(monkeypatch, lambda: PushedHead(1, "a", (Message("file:/x: full"),)))
    done(plan)
    (told,) = found.findings()
    assert (told.level, str(told.text)) == (
        "warning",
        "the head of the audit could not be told: file:/x: full",
    )

    def refuse() -> PushedHead:
        raise BadInput("no process left")

    answering(monkeypatch, refuse)
    done(plan)
    assert "no process left" in str(found.findings()[0].text)
    answering(monkeypatch, lambda: PushedHead(2, "b", ()))
    done(plan)
    assert found.findings() == []


def test_nothing_is_planned_where_no_place_is_named_nor_in_a_rehearsal() -> None:
    plan = Plan(0.0)
    found = pushes(plan, Clock())
    found.plan(SERVICE)
    found.plan(replace(SERVICE, push_head=0))
    assert plan.jobs == {}
    pushes(plan, Clock(offset=60.0)).plan(SERVICE)
    assert plan.jobs == {}
