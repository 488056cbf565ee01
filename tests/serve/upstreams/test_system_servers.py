"""The servers of this host, followed as they change, by a real worker and a file of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dns.rcode
import pytest

from sm_dns.dns.names import from_text
from sm_dns.serve.upstreams import system_servers
from tests.serve.test_worker import OWN_RESOLV_CONF, address_of, ask
from tests.support.lying import TRUTH, LyingUpstream, lying_upstream
from tests.support.processes import eventually
from tests.support.workers import running_worker, write_generation

SYSTEM_ONLY: dict[str, Any] = {"upstreams": [None], "routes": {}, "listeners": []}
ROUTED: dict[str, Any] = {
    "upstreams": [["127.0.0.1", 9, "udp", "", "", "", False]],
    "routes": {from_text("agency.gov.my").hex(): [None]},
    "listeners": [],
}


def replace(file: Path, text: str) -> None:
    """As DHCP clients do."""
    draft = file.with_suffix(".draft")
    draft.write_text(text)
    draft.replace(file)


@pytest.mark.parametrize("at_first", [None, "", "# no network yet\n", "nameserver 127.0.0.9\n"])
def test_servers_that_come_late_or_change_are_asked_without_a_reload(
    tmp_path: Path, at_first: str | None
) -> None:
    file = tmp_path / "resolv.conf"
    if at_first is not None:
        file.write_text(at_first)
    with lying_upstream() as upstream:
        place = write_generation(tmp_path, 1, [], {"wishes": SYSTEM_ONLY})
        program = OWN_RESOLV_CONF.format(file=file, port=upstream.port)
        with running_worker(place, program=("-c", program)) as one:
            assert ask(one, "www.example.com").rcode() == dns.rcode.SERVFAIL
            replace(file, "nameserver 127.0.0.1\n")
            eventually(lambda: known(one.stats()) == [f"127.0.0.1:{upstream.port}"], "the server is known")
            assert address_of(ask(one, "www.example.com")) == TRUTH  # … though it failed a moment ago
            replace(file, "")
            replace(file, "nameserver 127.0.0.1\nnameserver 127.0.0.7\n")
            eventually(lambda: len(known(one.stats())) == 2, "both are known")


def known(stats: dict[str, Any]) -> list[str]:
    return [each["address"] for each in stats["upstreams"]]


def test_a_route_to_the_systems_servers_follows_them(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    with lying_upstream() as upstream:
        place = write_generation(tmp_path, 1, [], {"wishes": ROUTED})
        program = OWN_RESOLV_CONF.format(file=file, port=upstream.port)
        with running_worker(place, program=("-c", program)) as one:
            replace(file, "nameserver 127.0.0.1\n")
            eventually(lambda: len(known(one.stats())) == 2, "the server is known")
            assert address_of(ask(one, "www.agency.gov.my")) == TRUTH


def test_a_file_that_names_nobody_any_more_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("nameserver 127.0.0.1\n")
    with lying_upstream() as upstream:
        place = write_generation(tmp_path, 1, [], {"wishes": SYSTEM_ONLY})
        with running_worker(
            place, program=("-c", OWN_RESOLV_CONF.format(file=file, port=upstream.port))
        ) as one:
            asks(upstream, one, "one")
            file.unlink()
            asks(upstream, one, "two")
            replace(file, "nameserver 127.0.0.1\nnameserver 127.0.0.7\n")
            eventually(lambda: len(known(one.stats())) == 2, "it is looked at still")


def asks(upstream: LyingUpstream, one: Any, name: str) -> None:
    assert address_of(ask(one, f"{name}.example.com")) == TRUTH


def test_files_are_looked_at_only_while_somebody_asks_their_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_servers, "LOOK_SECONDS", 0.01)
    file = tmp_path / "resolv.conf"
    file.write_text("nameserver 192.0.2.1\n")
    loop = asyncio.new_event_loop()
    changes: list[tuple[str, ...]] = []
    servers = system_servers.SystemServers(loop, (file,), lambda: changes.append(servers.servers))
    looks: list[None] = []
    look = servers._look

    def counted() -> tuple[object, ...]:
        looks.append(None)
        return look()

    monkeypatch.setattr(servers, "_look", counted)

    def turn(until: Callable[[], bool]) -> None:
        loop.run_until_complete(asyncio.wait_for(seen(until), 60))

    async def seen(until: Callable[[], bool]) -> None:
        while not until():  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    replace(file, "nameserver 192.0.2.2\n")
    loop.run_until_complete(asyncio.sleep(0.05))
    assert (servers.servers, looks) == (("192.0.2.1",), [])
    servers.follow()
    assert servers.servers == ("192.0.2.2",)  # … at once
    replace(file, "nameserver 192.0.2.3\n")
    turn(lambda: changes == [("192.0.2.3",)])
    servers.rest()
    loop.run_until_complete(asyncio.sleep(0.05))
    looks.clear()
    loop.run_until_complete(asyncio.sleep(0.05))
    assert looks == []
    loop.close()
