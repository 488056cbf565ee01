from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.monitor.store import coverage, read, sets
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import HOUR, Gap
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row

DAY = 24 * HOUR


def asked(store: Store, service: str = "facebook") -> dict[int, tuple[int, int, int, int]]:
    """Hour after the start: staff, unmapped devices, and the queries of each."""
    with store.reading() as database:
        found = read.presence(database, START, START + DAY, lambda label: label.service == service)
    return {
        (at - START) // HOUR: (
            hour.staff.bit_count(),
            hour.unmapped.bit_count(),
            hour.staff_queries,
            hour.unmapped_queries,
        )
        for at, hour in found.hours.items()
    }


def test_persons_count_once_an_hour_and_queries_add_up(store: Store) -> None:
    store.add([row("ali", queries=2), row("ali", queries=3), row("officer4")], KEY)
    store.add([row("ali", queries=5), row("ali", hour=START + HOUR), row("x", kind="device")], KEY)
    assert asked(store) == {0: (2, 1, 11, 1), 1: (1, 0, 1, 0)}


def test_labels_are_kept_apart(store: Store) -> None:
    store.add([row(), row(service="x"), row(outcome="denied"), row(visit=False, exemption="e1")], KEY)
    with store.reading() as database:
        counted = read.queries(database, START, START + DAY, lambda label: True, lambda at: True)
        everything = read.presence_of_all(database, START, START + DAY)
    assert sorted(counted) == [
        ("facebook", "social", "denied", True, ""),
        ("facebook", "social", "permitted", False, "e1"),
        ("facebook", "social", "permitted", True, ""),
        ("x", "social", "permitted", True, ""),
    ]
    [hour] = everything.hours.values()
    assert (hour.staff.bit_count(), hour.staff_queries) == (1, 4)


def test_the_roster_knows_departments_keys_and_who_moved(store: Store) -> None:
    store.add([row("ali"), row("officer4", department="registry")], KEY)
    store.add([row("ali", department="registry")], KEY)
    store.add([row("ali")], "another1")
    store.add([row("x", kind="device", department="library")], KEY)
    with store.reading() as database:
        roster = read.roster(database)
    assert {name: bits.bit_count() for name, bits in roster.departments.items()} == {
        "library": 2,
        "registry": 2,
    }
    assert {name: bits.bit_count() for name, bits in roster.keys.items()} == {KEY: 3, "another1": 1}
    [moved] = roster.moved
    assert len(moved) == 2
    assert 1 << moved[0] & roster.departments["library"]
    assert 1 << moved[1] & roster.departments["registry"]


def test_more_members_than_one_block_holds(store: Store) -> None:
    many = sets.BLOCK + 10
    store.add([row(f"p{number}") for number in range(many)], KEY)
    store.add([row(f"d{number}", kind="address") for number in range(many)], KEY)
    store.add([row("p1"), row(f"p{many - 1}"), row(f"d{many - 1}", kind="address")], KEY)
    assert asked(store) == {0: (many, many, many + 2, many + 1)}


def test_two_resolvers_report_into_one_store(store: Store, place: str) -> None:
    other = Store(place, source="north")
    store.add([row("ali"), row("officer4")], KEY)
    other.add([row("ali"), row("hana")], KEY)
    assert asked(store) == asked(other) == {0: (3, 0, 4, 0)}
    store.note_running(START)
    store.note_running(START + 60)
    other.note_running(START + 30)
    other.add_gap(Gap(START + 40, START + 50, "worker lost", 7))
    with store.reading() as database:
        assert coverage.stretches(database, START, START + 45) == [
            ("local", START, START + 45),
            ("north", START + 30, START + 30),
        ]
        assert coverage.holes(database, START, START + HOUR) == [
            ("north", (START + 40, START + 50, "worker lost", 7))
        ]
        assert coverage.sources_before(database, START + HOUR) == ["local", "north"]
    other.close()


def test_a_bad_row_leaves_nothing(store: Store) -> None:
    with pytest.raises(ValueError, match="kind of subject"):
        store.add([row(), row(kind="robot")], KEY)
    assert asked(store) == {}


def test_the_hours_of_one_person(store: Store) -> None:
    store.add([row("ali"), row("officer4"), row("ali", hour=START + HOUR, department="registry")], KEY)
    with store.reading() as database:
        found = read.hours_of(database, row("ali").pseudonym, KEY, START, START + DAY)
        nobody = read.hours_of(database, row("hana").pseudonym, KEY, START, START + DAY)
    assert [(each.hour, each.label.service) for each in found] == [
        (START, "facebook"),
        (START + HOUR, "facebook"),
    ]
    assert nobody == []


def test_a_store_that_comes_back_is_used_again(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    store = Store(folder / "usage.db")
    with pytest.raises(StoreError, match="No such file or directory"):
        store.add([row()], KEY)
    folder.mkdir()
    store.add([row()], KEY)
    assert asked(store) == {0: (1, 0, 1, 0)}
    store.close()
