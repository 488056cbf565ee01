from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sm_dns.monitor.store import read, write
from sm_dns.monitor.store.labels import Label
from sm_dns.monitor.store.rows import HOUR, Row
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row

asked = st.lists(
    st.builds(
        row,
        st.sampled_from("abcdef"),
        hour=st.sampled_from([START, START + HOUR]),
        kind=st.sampled_from(["person", "device"]),
        service=st.sampled_from(["facebook", "x"]),
        outcome=st.sampled_from(["permitted", "denied"]),
        queries=st.integers(1, 9),
    )
)


def is_of(service: str, label: Label) -> bool:
    return label.service == service


@given(st.lists(asked, max_size=5))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_add_up_to_what_was_asked(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Row]]
) -> None:
    store = Store(tmp_path_factory.mktemp("store") / "usage.db")
    for batch in batches:
        store.add(batch, KEY)
    every = [each for batch in batches for each in batch]
    with store.reading() as database:
        for service in ("facebook", "x"):
            found = read.presence(database, START, START + 2 * HOUR, partial(is_of, service))
            for at in (START, START + HOUR):
                mine = [each for each in every if each.service == service and each.hour == at]
                hour = found.hours.get(at, read.Hour())
                staff = {each.pseudonym for each in mine if each.kind == "person"}
                others = {each.pseudonym for each in mine if each.kind == "device"}
                assert (hour.staff.bit_count(), hour.unmapped.bit_count()) == (len(staff), len(others))
                assert hour.staff_queries + hour.unmapped_queries == sum(each.queries for each in mine)
    store.close()


def test_made_up_addresses_are_counted_not_remembered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "MAX_UNMAPPED", 3)
    store.add([row(f"a{number}", kind="address") for number in range(5)], KEY)
    store.add([row("ali"), row("a0", kind="address")], KEY)
    with store.reading() as database:
        [hour] = read.presence_of_all(database, START, START + HOUR).hours.values()
    assert (hour.staff.bit_count(), hour.unmapped.bit_count(), hour.unmapped_queries) == (1, 3, 6)


def test_blocks_of_staff_are_even() -> None:
    assert [write.block_of(True, number) for number in (0, 4095, 4096)] == [0, 0, 2]
    assert [write.block_of(False, number) for number in (0, 4095, 4096)] == [1, 1, 3]
