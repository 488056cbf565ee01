"""T19: a store that is damaged or gone is followed by a new one, in which the loss is a gap."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.monitor.store import coverage
from sm_dns.monitor.store.coverage import Hole, Stretch, Version
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import HOUR, Gap
from sm_dns.monitor.store.self_healing import LastingStore
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row
from tests.support.stores import reading

ALL = (START - 1e9, START + 1e9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


@pytest.fixture
def store(file: Path) -> Iterator[LastingStore]:
    """A store that has watched an hour."""
    made = LastingStore(str(file), source="hq")
    made.note_version(START, "lists", "v1")
    made.note_running(START)
    made.note_running(START + 60)
    made.add([row("ali")], KEY)
    yield made
    made.close()


def noted(file: Path) -> tuple[list[Stretch], list[Hole], list[Version]]:
    with reading(file) as database:
        return (
            coverage.stretches(database, *ALL),
            coverage.holes(database, *ALL),
            coverage.versions(database, *ALL),
        )


def members(file: Path) -> int:
    with reading(file) as database:
        return int(database.query("SELECT count(*) FROM member")[0][0])


def overwrite(file: Path, at: int, octets: int) -> bytes:
    content = bytearray(file.read_bytes())
    content[at : at + octets] = b"\xee" * octets
    file.write_bytes(content)
    return bytes(content)


def test_one_that_lasts_is_not_touched(file: Path, store: LastingStore) -> None:
    store.close()
    again = LastingStore(str(file), source="hq")
    again.note_running(START + 90)
    again.close()
    stretches, holes, _ = noted(file)
    assert [(each.since, each.until) for each in stretches] == [(START, START + 60), (START + 90, START + 90)]
    assert (holes, members(file)) == ([], 1)


@pytest.mark.parametrize("place", [0, 4096 * 3 + 5], ids=["its head", "a page inside"])
def test_one_damaged_while_stopped_is_set_aside_and_its_time_is_a_gap(
    file: Path, store: LastingStore, caplog: pytest.LogCaptureFixture, place: int
) -> None:
    store.close()
    content = overwrite(file, place, 200)
    again = LastingStore(str(file), source="hq")
    again.note_running(file.stat().st_mtime + 10)
    again.add([row("officer4")], KEY)
    again.close()
    assert file.with_name("usage.db.damaged").read_bytes() == content
    [hole] = noted(file)[1]
    assert (hole.source, hole.gap.reason) == ("hq", "store damaged")
    assert hole.gap.start < hole.gap.end
    assert members(file) == 1
    assert "is kept as" in caplog.text and "usage.db.damaged" in caplog.text


def test_one_damaged_under_way_is_followed_by_a_new_one(file: Path, store: LastingStore) -> None:
    store.close()  # folds the log into the file, as SQLite does now and then
    store.note_running(START + 90)
    overwrite(file, 0, file.stat().st_size)
    file.with_name("usage.db-wal").write_bytes(b"\xee" * 9000)
    store.close()
    store.note_running(START + 120)  # one try is all that a service that stops has
    store.note_running(START + 150)
    stretches, holes, versions = noted(file)
    assert stretches == [Stretch("hq", START + 120, START + 150)]
    assert holes == [Hole("hq", Gap(START, START + 120, "store damaged", 0))]
    assert versions == [Version("hq", START + 120, "lists", "v1")]


def test_one_that_is_taken_away_is_followed_by_a_new_one(file: Path, store: LastingStore) -> None:
    for path in file.parent.iterdir():
        path.unlink()
    store.add([row("officer4", hour=START + HOUR)], KEY)
    store.note_running(START + 120)
    assert members(file) == 1
    _, holes, versions = noted(file)
    assert holes == [Hole("hq", Gap(START, START + 120, "store removed", 0))]
    assert [version.version for version in versions] == ["v1"]
    shutil.rmtree(file.parent)
    for _ in range(2):
        with pytest.raises(StoreError):
            store.note_running(START + 130)
    file.parent.mkdir()
    store.note_running(START + 140)
    assert noted(file)[1] == [Hole("hq", Gap(START, START + 140, "store removed", 0))]


def test_one_that_is_replaced_by_another_is_written_on(file: Path, store: LastingStore) -> None:
    other = file.with_name("other.db")
    made = Store(other, source="hq")
    made.note_running(START - 60)
    made.close()
    store.close()
    other.replace(file)
    store.note_running(START + 120)
    store.note_running(START + 150)
    stretches, holes, _ = noted(file)
    assert stretches[-1] == Stretch("hq", START + 120, START + 150)
    assert holes == []


def test_a_text_in_its_place_is_told_again_and_again(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no store " * 1000)
    store = LastingStore(str(file))
    for _ in range(2):
        with pytest.raises(StoreError, match="text and no store"):
            store.note_running(START)
    assert file.read_text() == "no store " * 1000
