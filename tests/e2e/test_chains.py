"""Aliases without their end, as a domain controller or an authoritative server hands them out on a route."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dig import dig
from tests.support.processes import Process, eventually, free_port
from tests.support.server import House
from tests.support.unbound import CONTROL, HOST, SERVER

ZONE = {
    "www.ad.example.": "portal.corp.",
    "app.ad.example.": "web.ad.example.",
    "web.ad.example.": "portal.corp.",
    "social.ad.example.": "www.facebook.com.",
}


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[int]:
    """A server that knows aliases and not where they lead; its port."""
    port = free_port()
    data = "".join(f'  local-data: "{owner} 300 IN CNAME {target}"\n' for owner, target in ZONE.items())
    text = SERVER.format(port=port, directory=tmp_path) + f'  local-zone: "ad.example." static\n{data}'
    file = tmp_path / "controller.conf"
    file.write_text(text + CONTROL)
    process = Process(("unbound", "-d", "-c", str(file)), tmp_path / "controller")
    try:
        eventually(lambda: _says(port) == "portal.corp.", "the controller answers")
        yield port
    finally:
        process.stop()


def _says(port: int) -> str:
    try:
        return dig(HOST, port, "www.ad.example", "CNAME", "+time=1", "+tries=1").data[0]
    except (AssertionError, IndexError):
        return ""


def test_they_are_followed_to_their_end_and_judged(house: House, controller: int) -> None:
    alone = dig(HOST, controller, "www.ad.example")
    assert [record[3] for record in alone.answer] == ["CNAME"]
    house.zones.mkdir()
    (house.zones / "local.zone").write_text("intranet.office. 300 IN CNAME app.ad.example.\n")
    house.write(f"routes: {{ad.example: ['{HOST}:{controller}']}}")
    house.start("--at", "2026-08-10T10:00:00")
    for _ in range(2):  # from the upstreams, then from here
        for name, aliases in (("www.ad.example", 1), ("app.ad.example", 2), ("intranet.office", 3)):
            told = house.dig(name)
            assert (told.status, told.data) == ("NOERROR", ["198.51.100.5"]), name
            assert [record[3] for record in told.answer] == [*["CNAME"] * aliases, "A"]
        assert house.dig("social.ad.example").data == ["0.0.0.0"]
    (found,) = house.json("explain", "intranet.office", "--resolve", "--at", "2026-08-10T10:00:00")
    assert (found["stage"], found["answers"][-1].split()[-1]) == ("local", "198.51.100.5")
    (found,) = house.json("explain", "social.ad.example", "--resolve", "--at", "2026-08-10T10:00:00")
    assert (found["decision"], found["target"]) == ("deny", "www.facebook.com")
