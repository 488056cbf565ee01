from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.logons import logon
from sm_dns.monitor.identity.logons.logon import (
    LOGON_SECONDS,
    NO_LOGONS,
    Event,
    Session,
    latest,
    newest,
    sessions,
    staff_key,
    together,
)

PC = "3c:22:fb:01:02:03"
HERE = ("device", PC)


def seen(at: float, staff: str, is_end: bool = False) -> Event:
    return Event(at, staff, PC, None, is_end)


@pytest.mark.parametrize(
    ("user", "key"),
    [
        ("Officer1", "officer1"),
        ("OFFICE\\officer1", "officer1"),
        ("officer1@office.example", "officer1"),
        ("PC-017$", ""),
        ("host/pc-017.office.example", ""),
        ("", ""),
        ("x" * 65, ""),
        ("a\x1b[0m", ""),
    ],
)
def test_the_key_of_a_user(user: str, key: str) -> None:
    assert staff_key(user) == key


def test_a_session_goes_on_ends_or_is_taken_over() -> None:
    found = sessions(
        [seen(0, "a"), seen(100, "a"), seen(200, "b"), seen(300, "b", True), seen(400, "a", True)]
    )
    assert found[HERE] == (Session("a", 0, 200), Session("b", 200, 300))
    assert sessions([seen(5, "a", True)]) == {}


def test_a_session_without_an_end_is_believed_for_half_a_day() -> None:
    found = sessions([seen(0, "a"), seen(100, "a"), seen(LOGON_SECONDS + 500, "a")])
    assert [(one.since, one.until) for one in found[HERE]] == [
        (0, LOGON_SECONDS + 100),
        (LOGON_SECONDS + 500, 2 * LOGON_SECONDS + 500),
    ]


def test_the_last_who_came_is_there_whatever_the_source_says() -> None:
    found = together([sessions([seen(0, "a")]), sessions([seen(50, "b")])])
    assert [one.staff for one in latest(found, HERE, 60, 65)] == ["b"]
    assert [one.staff for one in latest(found, HERE, 10, 20)] == ["a"]
    assert [one.staff for one in latest(found, HERE, 48, 53)] == ["a", "b"]  # both may have asked
    assert latest(found, ("address", "10.0.0.1"), 0, 9) == []
    assert newest(found) == 50
    assert newest(NO_LOGONS) == -float("inf")


def test_sessions_of_a_place_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logon, "MAX_SESSIONS", 2)
    assert [one.staff for one in sessions([seen(at, "abc"[at % 3]) for at in range(9)])[HERE]] == ["b", "c"]


@given(st.lists(st.builds(seen, st.integers(0, 90), st.sampled_from("abc"), st.booleans()), max_size=30))
def test_one_source_never_has_two_persons_at_a_place_at_once(events: list[Event]) -> None:
    for ones in sessions(events).values():
        assert all(one.since <= one.until for one in ones)
        assert all(one.until <= other.since for one, other in pairwise(ones))
