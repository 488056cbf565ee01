"""Who gives way to whom (T17)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.web.http.connection_slots import Places


class Connection:
    def __init__(self) -> None:
        self.is_open = True

    def give_way(self) -> None:
        self.is_open = False


def taken(places: Places, client: str, count: int) -> list[Connection]:
    made = [Connection() for _ in range(count)]
    assert all(places.take(each, client) for each in made)
    return made


def test_of_one_client_the_one_that_asked_nothing_the_longest_gives_way() -> None:
    places = Places(total=10, each=3)
    first, second, third = taken(places, "a", 3)
    places.asks(first, "a")
    taken(places, "a", 1)
    assert (first.is_open, second.is_open, third.is_open) == (True, False, True)
    places.waits(first, "a")
    taken(places, "a", 1)
    assert (first.is_open, third.is_open) == (True, False)


def test_who_has_every_place_in_use_gets_no_more_and_others_do() -> None:
    places = Places(total=10, each=3)
    for each in taken(places, "a", 3):
        places.asks(each, "a")
    assert not places.take(Connection(), "a")
    taken(places, "b", 3)


def test_of_all_the_client_that_holds_the_most_gives_way() -> None:
    places = Places(total=6, each=4)
    few, many = taken(places, "a", 2), taken(places, "b", 4)
    taken(places, "c", 1)
    assert [each.is_open for each in (*few, *many)] == [True, True, False, True, True, True]
    for each in (*few, *many):
        places.asks(each, "a" if each in few else "b")
    (idle,) = taken(places, "d", 1)  # the one of c gives way: all others are being answered
    places.asks(idle, "d")
    assert not places.take(Connection(), "e")


def test_whoever_leaves_makes_room_once() -> None:
    places = Places(total=2, each=2)
    one, two = taken(places, "a", 2)
    for _ in range(2):
        places.leave(one, "a")
    places.asks(one, "a")
    places.waits(one, "a")
    taken(places, "b", 1)
    assert two.is_open
    assert places._count == 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["take", "asks", "waits", "leave"]), st.integers(0, 7), st.sampled_from("abc")
        )
    )
)
def test_what_is_held_is_what_is_counted_and_bounded(steps: list[tuple[str, int, str]]) -> None:
    places = Places(total=5, each=3)
    known = {client: [Connection() for _ in range(8)] for client in "abc"}
    for step, number, client in steps:
        one = known[client][number]
        if step == "take":
            if one not in places._held.get(client, ()):
                places.take(one, client)
        else:
            getattr(places, step)(one, client)
        sizes = {name: len(each) for name, each in places._held.items()}
        assert sum(sizes.values()) == places._count <= 5
        assert all(0 < size <= 3 for size in sizes.values())
