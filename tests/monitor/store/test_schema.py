from __future__ import annotations

import threading

import pytest

from sm_dns.monitor.store import labels, read, schema
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.schema import MIGRATIONS, version
from sm_dns.monitor.store.store import Store
from sm_dns.monitor.store.url import open_database
from tests.support.rows import KEY, row


def test_a_later_store_is_left_alone(store: Store, place: str) -> None:
    assert store.run(version) == len(MIGRATIONS)
    store.run(lambda database: database.query("UPDATE version SET number = 99"))
    with pytest.raises(
        StoreError, match=r"later sm-dns .*: install that sm-dns again, or move the store away"
    ):
        open_database(place, create=False)


def test_a_store_that_a_later_one_takes_over_meanwhile_is_counted_into_no_more(store: Store) -> None:
    store.note_running(1000.0)
    store.run(lambda database: database.query("UPDATE version SET number = 99"))
    with pytest.raises(StoreError, match="later sm-dns"):
        store.note_running(1060.0)
    with pytest.raises(StoreError, match="later sm-dns"):
        store.add([row("officer1")], KEY)


def test_tables_of_somebody_else_are_left_alone(store: Store, place: str) -> None:
    def take_away(database: Database) -> None:
        database.query("DROP TABLE version")

    store.run(take_away)
    with pytest.raises(StoreError, match="other tables"):
        open_database(place, create=False)


def test_resolvers_that_start_together_make_one_store(place: str) -> None:
    problems: list[BaseException] = []

    def start(name: str) -> None:
        store = Store(place, source=name)
        try:
            store.add([row(name)], KEY)
        except BaseException as problem:
            problems.append(problem)
        store.close()

    threads = [threading.Thread(target=start, args=(f"r{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    store = Store(place)
    assert store.run(lambda database: database.query("SELECT count(*) FROM member")) == [(4,)]
    store.close()


def test_a_store_of_before_there_were_sums_is_taken_over_and_summed(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", MIGRATIONS[:2])
        old = open_database(place, create=True)
    old.query("INSERT INTO source VALUES (1, 'north')")
    old.run_many("INSERT INTO label VALUES (?, ?, 'social', 'denied', 1, '')", [(1, "x"), (2, "facebook")])
    old.run_many("INSERT INTO cell VALUES (?, ?, 0, 1, 2, ?)", [(n, 100, b"\x07\x00") for n in (0, 1, 2)])
    old.close()
    store = Store(place)
    assert store.run(labels.summed_since) == 102
    store.build_sums()
    store.build_sums()
    assert store.run(labels.summed_since) == 0
    with store.reading() as database:
        found = read.presence(database, 100 * HOUR, 101 * HOUR, lambda label: True)
        cells = database.query("SELECT persons, queries FROM cell WHERE label > 2")
    assert (found.hours[100 * HOUR].staff, found.hours[100 * HOUR].staff_queries) == (1 << 7, 4)
    assert cells == [(1, 4)]
    store.close()
