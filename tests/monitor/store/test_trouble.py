"""A store in trouble says so at once, and works again when the trouble is over."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sm_dns.monitor.store import read, sqlite
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row

WRITER = """
import sys
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row
store = Store(sys.argv[1])
number = int(sys.argv[2])
while True:
    store.add([row(f"p{number}-{each}") for each in range(20)], KEY)
    print(number, flush=True)
    number += 1
"""


def staff(store: Store) -> int:
    with store.reading() as database:
        found = read.presence_of_all(database, START, START + HOUR)
    return sum(hour.staff.bit_count() for hour in found.hours.values())


def test_a_writer_killed_at_any_moment_loses_the_last_batch_at_most(tmp_path: Path) -> None:
    place = tmp_path / "usage.db"
    said = 0
    for turn in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(place), str(said)], stdout=subprocess.PIPE, cwd=Path.cwd()
        )
        assert writer.stdout is not None
        for _ in range(1 + 3 * turn):
            said = int(writer.stdout.readline()) + 1
        time.sleep(0.0007 * turn)  # somewhere inside a transaction; nothing depends on where
        os.kill(writer.pid, signal.SIGKILL)
        rest, _ = writer.communicate()
        said += len(rest.splitlines())
        store = Store(place, create=False)
        assert store.run(lambda database: database.check()) == []
        written = staff(store)
        store.close()
        assert said * 20 <= written <= (said + 1) * 20
        said = written // 20


def test_a_locked_store_gives_up_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.1)
    place = tmp_path / "usage.db"
    store = Store(place)
    store.add([row("ali")], KEY)
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program holds the store locked"):
        store.add([row("officer4")], KEY)
    assert staff(store) == 1  # readers are not locked out
    other.execute("COMMIT")
    other.close()
    store.add([row("officer4")], KEY)
    assert staff(store) == 2
    store.close()


def test_a_full_disk_loses_the_batch_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path / "usage.db")
    store.add([row("ali")], KEY)
    store.run(lambda database: database.query("PRAGMA max_page_count=1"))
    with pytest.raises(StoreError, match="disk is full"):
        store.add([row(f"p{number}") for number in range(20_000)], KEY)
    assert staff(store) == 1
    store.add([row("officer4")], KEY)
    assert staff(store) == 2
    store.close()


@pytest.mark.parametrize("damage", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_store_says_so(tmp_path: Path, damage: bytes) -> None:
    place = tmp_path / "usage.db"
    place.write_bytes(damage)
    with pytest.raises(StoreError, match="damaged") as caught:
        Store(place).add([row()], KEY)
    assert caught.value.damaged
    assert place.read_bytes() == damage


def test_a_read_only_store_says_so(tmp_path: Path) -> None:
    place = tmp_path / "usage.db"
    store = Store(place)
    store.add([row()], KEY)
    store.run(lambda database: database.query("PRAGMA query_only=ON"))
    with pytest.raises(StoreError, match="read-only"):
        store.add([row("officer4")], KEY)
    store.close()


def test_a_place_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path).add([row()], KEY)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "none.db", create=False).add([row()], KEY)
