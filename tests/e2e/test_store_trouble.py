"""T19, OPS-2: whatever becomes of the store of a running service, answers go on, and what is lost is a gap."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.quarantine import damaged
from tests.conftest import lacking, require, require_root
from tests.support.processes import eventually
from tests.support.server import QUICK, House
from tests.support.stores import reading

LISTED = "www.netflix.com"  # denied at all times: no upstream is asked


class Watched(House):
    """A service that counts, and what came of it."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, ["192.0.2.1"], QUICK)
        self.asked = 0
        self.write("monitoring: {neighbours: false}")

    @property
    def store(self) -> Path:
        return self.state / "monitor" / "usage.db"

    def ask(self, client: int = 2) -> None:
        """One question, which must be answered as ever."""
        assert self.dig(LISTED, "A", "-b", f"127.0.0.{client}").data == ["0.0.0.0"]
        self.asked += 1

    def recorded(self) -> int:
        """How many questions are in the store."""
        try:
            with reading(self.store) as database:
                return int(database.query("SELECT coalesce(sum(queries), 0) FROM cell WHERE label = 0")[0][0])
        except StoreError:
            return -1

    def complains(self, words: str) -> bool:
        """Whether the status says so."""
        return any(words in each["text"] for each in self.status()["findings"])

    def until_all_is_recorded(self) -> None:
        eventually(lambda: self.recorded() == self.asked, f"{self.asked} questions are in the store")

    def coverage(self) -> dict[str, Any]:
        """What `report coverage` says of these days."""
        now, day = datetime.now(UTC), timedelta(days=1)
        dates = ("--from", str((now - day).date()), "--to", str((now + day).date()))
        done = self.run("report", "coverage", *dates, "--format", "json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)["coverage"]
        return found


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    require("dig")
    made = Watched(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def small_disk(watched: Watched) -> Iterator[Path]:
    """A disk of one mebibyte in the place of the store's folder."""
    require("mount", "umount")
    require_root()
    folder = watched.store.parent
    folder.mkdir(parents=True)
    mount = ("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        lacking(f"mounts ({done.stderr.strip()})")
    try:
        yield folder
    finally:
        watched.close()
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


def fill(disk: Path) -> Path:
    """A file that takes all there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def test_a_full_disk(watched: Watched, small_disk: Path) -> None:
    watched.start()
    watched.ask()
    watched.until_all_is_recorded()
    clients = iter(range(3, 250))

    def until_it_is_full() -> None:
        def complains() -> bool:
            watched.ask(next(clients))
            return watched.complains("the disk is full")

        eventually(complains, "the disk is full")

    filler = fill(small_disk)
    until_it_is_full()
    watched.ask()
    filler.unlink()
    watched.until_all_is_recorded()
    eventually(lambda: not watched.complains("the disk"), "nothing waits any more")
    kept = watched.recorded()

    filler = fill(small_disk)
    until_it_is_full()
    full = datetime.now(UTC)
    assert watched.stop() == 0
    filler.unlink()
    watched.start()

    def lost() -> list[str]:
        """Why what was asked on the full disk is not in the store."""
        instant = f"{full:%Y-%m-%dT%H:%M:%SZ}"
        return [gap["reason"] for gap in watched.coverage()["gaps"] if gap["from"] <= instant <= gap["to"]]

    eventually(lambda: "not running" in lost(), "the loss is told")
    assert "worker lost" not in [gap["reason"] for gap in watched.coverage()["gaps"]]  # none ended
    assert kept <= watched.recorded() <= watched.asked  # a last try may still find room


def test_a_lock_a_loss_and_damage(watched: Watched) -> None:
    watched.start()
    watched.ask()
    watched.until_all_is_recorded()

    other = sqlite3.connect(watched.store, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    watched.ask(3)
    eventually(lambda: watched.complains("another program holds the store locked"), "it is locked")
    watched.ask(4)
    other.execute("ROLLBACK")
    other.close()
    watched.until_all_is_recorded()

    for path in watched.store.parent.iterdir():
        path.unlink()
    watched.asked = 0
    watched.ask(5)
    watched.until_all_is_recorded()
    assert "store removed" in [gap["reason"] for gap in watched.coverage()["gaps"]]

    for path in (watched.store, watched.store.with_name("usage.db-wal")):
        path.write_bytes(b"\xee" * path.stat().st_size)
    done = watched.run("store", "verify")
    assert (done.returncode, done.stdout) == (1, "") and "damaged" in done.stderr
    watched.ask(6)
    assert watched.stop() == 0
    watched.asked = 0
    watched.start()
    watched.ask(7)
    watched.until_all_is_recorded()
    assert [path.name for path in damaged(watched.store)] == ["usage.db.damaged"]
    assert watched.complains("a damaged store was set aside")
    assert "store damaged" in [gap["reason"] for gap in watched.coverage()["gaps"]]
