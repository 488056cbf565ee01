from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity import history
from sm_dns.monitor.identity.history import KEEP_SECONDS, NOTHING, Holdings, Look, holders, joined, united
from sm_dns.monitor.identity.leases.lease import FOREVER, Lease

A, B = "3c:22:fb:01:02:0a", "3c:22:fb:01:02:0b"
HERE = "10.0.0.1"
FIRST = Look(-math.inf, 0.0)


def lease(device: str, starts: float | None = None, ends: float = FOREVER) -> Lease:
    return Lease(HERE, device, "", starts, ends)


def who(known: Holdings, since: float, until: float) -> set[str]:
    return holders(known, HERE, since, until)


def test_a_lease_without_start_holds_since_ever_at_the_first_look() -> None:
    known = joined(NOTHING, [lease(A, ends=100.0)], FIRST)
    assert who(known, 0, 5) == {A}
    assert who(known, 100, 105) == set()
    assert holders(known, "10.0.0.2", 0, 5) == set()


def test_a_hand_over_between_two_looks_leaves_doubt_just_there() -> None:
    known = joined(NOTHING, [lease(A)], FIRST)
    known = joined(known, [lease(B)], Look(60.0, 90.0))  # the file was written at 90
    assert who(known, 0, 59) == {A}
    assert who(known, 60, 120) == {A, B}
    assert who(known, 91, 120) == {B}


def test_a_journal_tells_the_instant() -> None:
    known = joined(NOTHING, [lease(A, 0.0, 3600.0), lease(B, 100.0, 3700.0)], FIRST)
    assert who(known, 0, 99) == {A}
    assert who(known, 100, 200) == {B}
    assert who(known, 90, 200) == {A, B}


def test_renewals_are_one_holding_and_survive_the_clean_up_of_the_journal() -> None:
    known = joined(NOTHING, [lease(A, 0.0, 100.0), lease(A, 50.0, 150.0)], FIRST)
    assert len(known[HERE]) == 1
    known = joined(known, [lease(A, 120.0, 220.0)], Look(60.0, 130.0))
    assert [(one.since, one.until) for one in known[HERE]] == [(0.0, 220.0)]


def test_a_lease_that_vanished_keeps_its_end() -> None:
    """Servers tidy up their files."""
    known = joined(NOTHING, [lease(A, 0.0, 3600.0)], FIRST)
    for at in (60.0, 120.0):
        known = joined(known, [], Look(at, at + 30.0))
    assert who(known, 1000, 3599) == {A}
    assert who(known, 3600, 3700) == set()
    known = joined(known, [lease(B, 500.0, 4000.0)], Look(540.0, 550.0))
    assert who(known, 551, 3599) == {B}  # somebody else's now
    assert joined(known, [], Look(5000.0, 4001.0 + KEEP_SECONDS)) == {}


def test_one_without_an_end_ended_when_the_source_changed_and_is_remembered_for_a_while() -> None:
    known = joined(NOTHING, [lease(A)], FIRST)
    known = joined(known, [], Look(60.0, 90.0))
    assert who(known, 80, 100) == {A}
    assert who(known, 90, 100) == set()
    assert joined(known, [], Look(90.0, 91.0 + KEEP_SECONDS)) == {}


def test_a_release_that_is_dated_back_ends_when_it_was_seen() -> None:
    known = joined(NOTHING, [lease(A, 0.0, 3600.0)], FIRST)
    known = joined(known, [lease(A, 0.0, 3600.0), lease(A, 0.0, 0.0)], Look(600.0, 630.0))
    assert who(known, 600, 629) == {A}
    assert who(known, 630, 700) == set()
    known = joined(known, [lease(A, 0.0, 0.0)], Look(630.0, 660.0))
    assert who(known, 631, 700) == set()


def test_a_device_that_comes_back_had_it_before_and_after() -> None:
    known = joined(NOTHING, [lease(A, 0.0, 10.0), lease(B, 20.0, 30.0), lease(A, 40.0, 50.0)], FIRST)
    assert [who(known, at, at) for at in (5, 15, 25, 35, 45)] == [{A}, set(), {B}, set(), {A}]


def test_an_address_that_changes_hands_all_the_time_keeps_its_newest() -> None:
    leases = [lease((A, B)[number % 2], float(number), number + 1.0) for number in range(200)]
    known = joined(NOTHING, leases, FIRST)
    assert len(known[HERE]) == history.MAX_HOLDINGS
    assert who(known, 199.5, 199.6) == {B}


def test_a_flood_of_addresses_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MAX_ADDRESSES", 3)
    two = [Lease(f"10.0.0.{number}", A, "", None, FOREVER) for number in (1, 2)]
    other = [Lease(f"10.0.0.{number}", A, "", None, FOREVER) for number in (3, 4)]
    known = joined(joined(NOTHING, two, FIRST), other, Look(0.0, 1.0))
    assert set(known) == {"10.0.0.3", "10.0.0.4"}


def test_of_two_sources_the_later_holds_after_a_moment() -> None:
    old = joined(NOTHING, [lease(A, 0.0, 9000.0)], FIRST)
    new = joined(NOTHING, [lease(B, 600.0, 9600.0)], FIRST)
    for known in (united([old, new]), united([new, old])):
        assert who(known, 0, 599) == {A}
        assert who(known, 600, 605) == {A, B}
        assert who(known, 611, 700) == {B}
    same = united([old, joined(NOTHING, [lease(A, 600.0, 9600.0)], FIRST)])
    assert who(same, 700, 9500) == {A}


def test_of_two_sources_that_know_no_beginning_nobody_is_believed() -> None:
    ever = [joined(NOTHING, [lease(device, None, 9000.0)], FIRST) for device in (A, B)]
    assert who(united(ever), 100, 200) == {A, B}


device_or_none = st.sampled_from([A, B, None])


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.integers(0, 30), device_or_none), min_size=1, max_size=12),
    st.integers(0, 400),
    st.integers(0, 60),
)
def test_no_former_holder_is_named_for_the_next_nor_the_reverse(
    every: int, changes: list[tuple[int, str | None]], since: int, length: int
) -> None:
    """The law: a stretch for which one device is found was nobody else's. A look sees only the file of its time."""
    truth: list[tuple[float, float, str | None]] = []
    now = 0.0
    for more, device in changes:
        truth.append((now, now + every + more, device))  # each lasts long enough to be seen once
        now += every + more
    known, before = NOTHING, -math.inf
    for look in range(0, int(now) + every, every):
        written, _, device = [one for one in truth if one[0] <= look][-1]
        leases = [] if device is None else [lease(device)]
        known = joined(known, leases, Look(before, max(written, before)))
        before = float(look)
    until = min(since + length, now - 0.5)
    real = {device for begin, end, device in truth if device and begin <= until and since < end}
    found = who(known, since, until)
    assert real <= found or since > until
