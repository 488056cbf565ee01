"""Whatever is summed, what is read is the same: beside the same store read by services alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sm_dns.monitor.store import labels, read, retention
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.labels import Label
from sm_dns.monitor.store.retention import Plan
from sm_dns.monitor.store.rows import HOUR, Row
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row

DAY = 24 * HOUR
END = START + 3 * DAY
NO_SUMS = 10**9  # an hour after all that is counted

Wanted = Callable[[Label], bool]
WANTED: list[Wanted] = [
    lambda label: True,
    lambda label: label.visit,
    lambda label: label.category == "social",
    lambda label: label.service == "x",
    lambda label: label.outcome != "denied" and label.category == "social",
    lambda label: False,
]

asked = st.lists(
    st.builds(
        row,
        st.sampled_from("abcd"),
        hour=st.sampled_from([START, START + HOUR, START + 30 * HOUR, START + 60 * HOUR]),
        kind=st.sampled_from(["person", "device"]),
        department=st.sampled_from(["library", "registry"]),
        service=st.sampled_from(["facebook", "x", "instagram"]),
        category=st.sampled_from(["social", "streaming"]),
        outcome=st.sampled_from(["permitted", "denied", "exempt"]),
        visit=st.booleans(),
        exemption=st.sampled_from(["", "e1"]),
        queries=st.integers(1, 9),
    ),
    max_size=30,
)


def told(store: Store, since: int = START, until: int = END) -> list[object]:
    """All that is read of what can be wanted."""
    with store.reading() as database:
        return [
            (
                read.presence(database, since, until, wanted),
                read.queries_by_hour(database, since, until, wanted),
            )
            for wanted in WANTED
        ]


def told_by_services(store: Store, since: int = START, until: int = END) -> list[object]:
    """The same, with no sum looked at."""
    before = store.run(labels.summed_since)
    _set(store, NO_SUMS)
    found = told(store, since, until)
    _set(store, before)
    return found


def _set(store: Store, since: int) -> None:
    store.run(lambda database: database.query("UPDATE summed SET since = ?", (since,)))


def forget_sums(store: Store) -> None:
    """Make a store as it came from before there were sums."""

    def forget(database: Database) -> None:
        numbers = labels.labels_of(database).sums.values()
        database.run_many("DELETE FROM cell WHERE label = ?", [(each,) for each in numbers])
        database.run_many("DELETE FROM label WHERE id = ?", [(each,) for each in numbers])
        database.query("UPDATE summed SET since = coalesce((SELECT max(hour) + 2 FROM cell), 0)")

    store.run(forget)


def sums_read(store: Store) -> int:
    """How many sums a reading of everything takes."""
    with store.reading() as database:
        known = labels.labels_of(database)
        found = labels.parts(database, START // HOUR, END // HOUR, known, set(known.named))
        return sum(each.label in known.sums.values() for each in found)


@given(st.lists(asked, max_size=3), asked, st.integers(0, 4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_read_is_the_same_with_sums_without_them_and_while_they_are_made(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Row]], late: list[Row], made: int
) -> None:
    store = Store(tmp_path_factory.mktemp("store") / "usage.db")
    for batch in batches:
        store.add(batch, KEY)
    assert told(store) == told_by_services(store)
    forget_sums(store)
    for _ in range(made):
        store.build_sums()
    store.add(late, KEY)  # from a resolver that could not deliver for a while
    for _ in range(5):
        assert told(store) == told_by_services(store)
        store.build_sums()
    assert store.run(labels.summed_since) == 0
    assert told(store) == told_by_services(store)
    store.close()


def test_a_store_from_before_is_summed_a_day_at_a_time_and_the_newest_first(store: Store) -> None:
    for day in range(3):
        store.add([row("ali", hour=START + day * DAY, service=name) for name in ("x", "facebook")], KEY)
    forget_sums(store)
    assert sums_read(store) == 0
    seen = []
    while store.run(labels.summed_since):
        seen.append((store.run(labels.summed_since) - START // HOUR, told(store)))
        store.build_sums()
    assert [since for since, _ in seen] == [50, 25, 1, -23]
    assert all(found == told_by_services(store) for _, found in seen)
    assert sums_read(store) == 1
    store.build_sums()  # nothing is left to do
    assert told(store) == seen[0][1]


def test_a_sum_is_erased_in_the_moment_in_which_what_it_is_of_is(store: Store) -> None:
    for name, at in (("ali", START), ("hana", START + DAY)):
        store.add([row(name, hour=at, service=service) for service in ("x", "facebook")], KEY)
    forget_sums(store)
    store.build_sums()
    hour = START + HOUR
    plan = Plan("ANM 1/2026", ((0, hour),), ((0, hour),), 0, 0)
    store.run(lambda database: retention.execute(database, plan))
    with store.reading() as database:
        kept = database.query("SELECT count(*) FROM cell WHERE hour < ?", (hour // HOUR,))
        [person] = database.query("SELECT count(*) FROM member")
    assert (kept, person) == ([(0,)], (1,))
    store.build_sums()
    store.build_sums()
    assert told(store) == told_by_services(store)
    with store.reading() as database:
        assert read.presence(database, START, hour, WANTED[0]) == read.Presence()


def test_who_asked_stays_erased_where_the_sums_are_made_afterwards(store: Store) -> None:
    store.add([row("ali", service=service, queries=3) for service in ("x", "facebook")], KEY)
    forget_sums(store)
    hour = START + HOUR
    store.run(lambda database: retention.execute(database, Plan("ANM 1/2026", ((0, hour),), (), 0, 0)))
    while store.run(labels.summed_since):
        store.build_sums()
    with store.reading() as database:
        found = read.presence(database, START, hour, WANTED[0])
        kept = database.query("SELECT count(*) FROM cell WHERE members IS NOT NULL")
    assert (found.erased, found.hours[START].staff, found.hours[START].staff_queries) == (True, 0, 6)
    assert kept == [(0,)]


def test_a_sum_is_no_label_of_its_own(store: Store) -> None:
    store.add([row("ali", service=service) for service in ("x", "facebook")], KEY)
    with store.reading() as database:
        assert {each.service for each in read.labels(database)} == {"x", "facebook"}
        counted = read.queries(database, START, END, WANTED[0], lambda at: at == START)
        hours = read.hours_of(database, row("ali").pseudonym, KEY, START, END)
    assert {label.service: count for label, count in counted.items()} == {"x": 1, "facebook": 1}
    assert [each.label.service for each in hours] == ["facebook", "x"]


def test_queries_are_of_the_hours_that_count(store: Store) -> None:
    store.add([row("ali", hour=START + n * HOUR, queries=1 + n) for n in range(4)], KEY)
    with store.reading() as database:
        counted = read.queries(database, START, START + 3 * HOUR, WANTED[0], lambda at: at != START + HOUR)
    assert list(counted.values()) == [1 + 3]
