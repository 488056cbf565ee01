from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sm_dns.monitor.store.backup import back_up, restoring
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.support.rows import KEY, row


def restore(source: Path, store: Path) -> Path | None:
    """Put a copy in the place of a store without a record."""
    with restoring(source, store) as ready:
        ready.copy.replace(store)
        for old, new in ready.giving_way:
            old.replace(new)
    return ready.old


def filled(path: Path) -> None:
    store = Store(path)
    store.add([row("ali")], KEY)
    store.close()


def test_a_copy_is_taken_while_others_write(tmp_path: Path) -> None:
    place, copy, back = tmp_path / "a.db", tmp_path / "copy.db", tmp_path / "b.db"
    store = Store(place)
    store.add([row("ali")], KEY)
    back_up(place, copy)
    store.add([row("officer4")], KEY)
    store.close()
    assert restore(copy, back) is None
    with sqlite3.connect(back) as connection:
        assert connection.execute("SELECT count(*) FROM member").fetchone() == (1,)
    connection.close()


def test_a_store_that_is_in_use_is_not_replaced(tmp_path: Path) -> None:
    place, copy = tmp_path / "a.db", tmp_path / "copy.db"
    filled(place)
    back_up(place, copy)
    user = Store(place)
    user.add([row("officer4")], KEY)
    with pytest.raises(StoreError, match="locked"):
        restore(copy, place)
    user.add([row("hana")], KEY)
    user.close()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.db", "copy.db"]


def test_a_damaged_store_is_set_aside_as_it_is(tmp_path: Path) -> None:
    place, copy = tmp_path / "a.db", tmp_path / "copy.db"
    filled(place)
    back_up(place, copy)
    place.write_bytes(b"rubbish" * 2000)
    old = restore(copy, place)
    assert old is not None
    assert old.read_bytes() == b"rubbish" * 2000
    store = Store(place, create=False)
    store.add([row("officer4")], KEY)
    store.close()


def test_a_database_of_somebody_else_is_no_copy(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE version (number)")
        connection.execute("INSERT INTO version VALUES (99)")
    connection.close()
    with pytest.raises(BadInput, match="later sm-dns"):
        restore(other, tmp_path / "a.db")
    assert [each.name for each in tmp_path.iterdir()] == ["other.db"]


def test_whatever_ends_it_the_old_store_is_kept_once_the_copy_has_its_place(tmp_path: Path) -> None:
    place, copy = tmp_path / "a.db", tmp_path / "copy.db"
    filled(place)
    back_up(place, copy)
    for is_placed, kept in ((False, []), (True, ["a.db.before-restore"])):
        with pytest.raises(KeyboardInterrupt), restoring(copy, place) as ready:
            if is_placed:
                ready.copy.replace(place)
            raise KeyboardInterrupt
        assert sorted(each.name for each in tmp_path.iterdir()) == ["a.db", *kept, "copy.db"]
