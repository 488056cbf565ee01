"""A site with feeds, and the resolvers of others that take them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from sm_dns.feeds.serving import folder_of
from sm_dns.feeds.status_file import read_status
from tests.conftest import require
from tests.support.engines import Engine
from tests.support.processes import STEP_SECONDS, free_port
from tests.support.server import House
from tests.support.unbound import Unbound

PROGRAMS = {"bind": "named", "unbound": "unbound", "powerdns": "pdns_recursor"}
# BIND listens at addresses of interfaces alone, of which loopback has one.
ADDRESSES = {"bind": "127.0.0.1", "unbound": "127.0.0.12", "powerdns": "127.0.0.13"}
# Unbound signs nothing; the others do.
SIGNING = ("bind", "powerdns", "knot")
KEY = 'key "smdns-key" {\n\talgorithm hmac-sha256;\n\tsecret "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";\n};\n'
# SM_DNS_FEED_NAMES=1000000 has the list that long, and everything take longer.
NAMES = int(os.environ.get("SM_DNS_FEED_NAMES", "0"))
LONGER = 300 * NAMES / 1_000_000  # seconds
SOON = 30.0 + LONGER


class Fleet:
    """One house with feeds and the engines that it knows; every engine is asked as its own clients would."""

    def __init__(self, house: House, upstream: Unbound, directory: Path) -> None:
        self.house = house
        self.port = free_port()
        self.engines: dict[str, Engine] = {}
        self._upstream = upstream
        self._directory = directory
        key = house.directory / "smdns-key.key"
        key.write_text(KEY)
        key.chmod(0o600)
        for name, address in ADDRESSES.items():
            folder = directory / name
            folder.mkdir()
            key_file = folder / "smdns-key.key"
            key_file.write_text(KEY)
            self.engines[name] = Engine(name, address, free_port(), folder, upstream.port)

    def folder(self, name: str) -> Path:
        """Where the files of an engine lie."""
        found = self._directory / name
        found.mkdir(exist_ok=True)
        return found

    def write(self, *more: str) -> None:
        """Write the configuration of the house."""
        secondaries = [
            {
                "address": f"{one.address}:{one.port}",
                "engine": one.name,
                # Unbound transfers from whatever address the system gives it.
                **({"key": "smdns-key.key"} if one.name in SIGNING else {"sources": ["127.0.0.1"]}),
            }
            for one in self.engines.values()
        ]
        self._write_names()
        feeds = {"listen": [f"127.0.0.1:{self.port}"], "secondaries": secondaries}
        self.house.write(f"feeds: {json.dumps(feeds)}", *more)

    def _write_names(self) -> None:
        if NAMES:
            self.house.zones.mkdir(exist_ok=True)
            with (self.house.zones / "social.txt").open("w") as file:
                file.writelines(f"host-{number:07}.example{number % 977}.com\n" for number in range(NAMES))

    def configure(self, *primaries: str) -> None:
        """Have the product write the configuration of each engine."""
        more = [part for one in primaries for part in ("--primary", one)]
        for one in self.engines.values():
            where = ("--for", one.address, "--into", str(self._directory / one.name))
            done = self.house.run("feeds", "config", one.name, *where, *more)
            assert done.returncode == 0, done.stderr

    def start(self, *arguments: str) -> None:
        """Start the house and wait until the feeds are handed out whole."""
        self.house.start(*arguments)
        is_rehearsal = "--at" in arguments
        folder = folder_of(self.house.state, is_rehearsal=is_rehearsal)
        wait(lambda: _is_ready(folder), "the feeds are handed out")

    def offset(self) -> float:
        """By how many seconds the rehearsed clock is ahead, give or take one."""
        return datetime.fromisoformat(self.house.status()["at"]).timestamp() - time.time()

    def changed(self, zone: str) -> float:
        """The instant at which a zone changed last, in true POSIX seconds."""
        (found,) = self.house.json("feeds", "status", "--rehearsal")
        changed: int = next(one["changed_ms"] for one in found["zones"] if one["zone"].startswith(zone))
        return changed / 1000

    def start_engines(self) -> None:
        for one in self.engines.values():
            one.start()

    def stop(self) -> None:
        for one in self.engines.values():
            one.stop()


@pytest.fixture
def fleet(house: House, upstream: Unbound, tmp_path: Path) -> Iterator[Fleet]:
    require("dig", *PROGRAMS.values())
    found = Fleet(house, upstream, tmp_path)
    try:
        yield found
    finally:
        found.stop()


def _is_ready(folder: Path) -> bool:
    found = read_status(folder)
    return found is not None and all(zone.is_ready for zone in found.zones)


def wait(is_so: Callable[[], bool], what: str, seconds: float = SOON) -> float:
    """Wait until something is so; POSIX seconds at which it was first seen so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(STEP_SECONDS)
    return time.time()
