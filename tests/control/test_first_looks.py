from __future__ import annotations

import asyncio

import pytest

from sm_dns.control import first_looks


def test_it_is_known_once_everybody_has_looked(caplog: pytest.LogCaptureFixture) -> None:
    async def look() -> None:
        one, other, known = (asyncio.Event() for _ in range(3))
        waiting = asyncio.ensure_future(first_looks.first_looks((one, other), known))
        one.set()
        await asyncio.sleep(0)
        assert not known.is_set()
        other.set()
        await waiting
        assert known.is_set()

    asyncio.run(look())
    assert not caplog.records


def test_a_look_that_does_not_end_is_not_waited_for_and_that_is_noted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(first_looks, "FIRST_LOOK_SECONDS", 0.01)

    async def look() -> None:
        known = asyncio.Event()
        await first_looks.first_looks((asyncio.Event(),), known)
        assert known.is_set()

    asyncio.run(look())
    assert "leases and neighbours were not read within" in caplog.text
