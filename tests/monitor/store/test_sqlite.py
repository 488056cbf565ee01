from __future__ import annotations

import stat
from pathlib import Path

from sm_dns.monitor.store import retention
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.retention import Retention
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, pseudonym, row

NOW = START + 400 * 86_400


def test_only_owner_and_group_may_read_the_store(tmp_path: Path) -> None:
    place = tmp_path / "usage.db"
    store = Store(place)
    store.add([row()], KEY)
    for each in tmp_path.iterdir():
        assert not stat.S_IMODE(each.stat().st_mode) & stat.S_IRWXO, each
    store.close()


def test_a_purged_pseudonym_is_nowhere_in_the_files(tmp_path: Path) -> None:
    store = Store(tmp_path / "usage.db")
    store.add([row("ali"), row("officer4", hour=int(NOW) // 3600 * 3600)], KEY)

    def found(name: str) -> bool:
        return any(pseudonym(name) in each.read_bytes() for each in tmp_path.iterdir())

    assert found("ali")
    plan = store.run(lambda database: retention.plan(database, Retention(), NOW, "ANM 1/2026"))
    store.run(lambda database: retention.execute(database, plan))
    assert not found("ali")
    assert found("officer4")
    store.close()


def test_readers_do_not_wait_for_the_writer(tmp_path: Path) -> None:
    writer, reader = Store(tmp_path / "usage.db"), Store(tmp_path / "usage.db")
    writer.add([row("ali")], KEY)

    def write_and_read(database: Database) -> list[tuple[int, ...]]:
        with database.writing():
            database.query("DELETE FROM member")
            return reader.run(lambda other: other.query("SELECT count(*) FROM member"))

    assert writer.run(write_and_read) == [(1,)]
    writer.close()
    reader.close()
