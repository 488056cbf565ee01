from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from sm_dns.web.http import guard
from sm_dns.web.http.guard import MAX_BODY, MAX_QUERY, Guard, host_of
from tests.support.dashboard import ADDRESS, Dashboard


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("127.0.0.1:8053", True),
        ("[::1]:8053", True),
        ("10.0.0.5", True),
        ("localhost", True),
        ("dns.agency.gov.my", True),
        ("DNS.agency.gov.my.:443", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("dns.agency.gov.my.evil.example", False),
        ("", False),
        ("[::1", True),
        ("é", False),
    ],
)
def test_a_name_of_others_is_refused(tmp_path: Any, host: str, served: bool) -> None:
    """T17: DNS rebinding."""
    dashboard = Dashboard(tmp_path, hosts=["dns.agency.gov.my"])
    found = dashboard.visitor().get("/healthz", headers={"Host": host.encode("latin-1")})
    assert found.status_code == (200 if served else 421)
    dashboard.close()


def test_every_response_carries_what_keeps_browsers_strict(dashboard: Dashboard) -> None:
    """T17: also what is refused, what fails, and what is static."""
    visitor = dashboard.visitor()
    for path in (
        "/",
        "/login",
        "/nothing",
        "/static/style.css",
        "/api/v1/now",
        "/healthz",
        f"/?{'x' * MAX_QUERY}x",
    ):
        headers = visitor.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
        assert headers["cache-control"] == ("public, max-age=300" if "static" in path else "no-store")
        assert "strict-transport-security" not in headers


def test_too_much_is_not_read(dashboard: Dashboard) -> None:
    """T17."""
    visitor = dashboard.visitor()
    headers = {"Origin": ADDRESS, "Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.post("/login", content=b"a" * (MAX_BODY + 1), headers=headers).status_code == 413
    assert visitor.post("/login", content=b"a" * MAX_BODY, headers=headers).status_code == 403
    assert visitor.get(f"/login?{'a' * (MAX_QUERY + 1)}").status_code == 414
    assert visitor.post("/login", content=b"&a=1" * 100, headers=headers).status_code == 400
    assert visitor.post("/login", content=b"\xff", headers=headers).status_code in {400, 403}
    assert visitor.post("/login", json={}, headers={"Origin": ADDRESS}).status_code == 415


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """T17: slowloris."""
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.01)

    async def never(*_: object) -> None:
        raise AssertionError("the application must not be reached")

    async def drip() -> AsyncIterator[bytes]:
        yield b"a"
        await asyncio.Event().wait()

    async def main() -> int:
        transport = httpx.ASGITransport(Guard(never, ()))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            return (await client.post("/login", content=drip())).status_code

    assert asyncio.run(main()) == 408


def test_the_host_of_a_header() -> None:
    assert [host_of(text) for text in ("A.example:1", "[::1]:80", "x", "x.")] == [
        "a.example",
        "::1",
        "x",
        "x",
    ]
