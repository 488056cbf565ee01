from __future__ import annotations

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index_differences import MAX_NAMED, ListDifference, list_differences
from sm_dns.lists.index_writer import index_in_memory

TAGS = {name: Tag("social", "x", f"site:{name}.txt") for name in ("social", "own")}


def _rows(names: dict[str, int], listed: str) -> list[tuple[Entry, Tag]]:
    return [(Entry(from_text(name), False, line), TAGS[listed]) for name, line in names.items()]


def _told(before: list[tuple[Entry, Tag]], after: list[tuple[Entry, Tag]]) -> dict[str, ListDifference]:
    with closing(index_in_memory(before)) as old, closing(index_in_memory(after)) as new:
        return list_differences(old, new)


def test_what_a_list_gained_and_lost() -> None:
    old = _rows({"a.example": 1, "b.example": 2}, "social") + _rows({"b.example": 1}, "own")
    new = _rows({"b.example": 9, "c.example": 1}, "social") + _rows({"b.example": 4}, "own")
    assert _told(old, new) == {"site:social.txt": ListDifference(1, 1, ["c.example"], ["a.example"])}


def test_another_line_is_no_difference() -> None:
    assert _told(_rows({"a.example": 1}, "own"), _rows({"a.example": 7}, "own")) == {}


def test_a_name_that_changes_its_list_is_one_of_each() -> None:
    told = _told(_rows({"a.example": 1}, "own"), _rows({"a.example": 1}, "social"))
    assert {name: (one.added, one.removed) for name, one in told.items()} == {
        "site:own.txt": (0, 1),
        "site:social.txt": (1, 0),
    }


@given(st.sets(st.integers(0, 3000), max_size=400), st.sets(st.integers(0, 3000), max_size=400))
def test_it_is_the_difference_of_sets_whatever_their_sizes(old: set[int], new: set[int]) -> None:
    told = _told(*(_rows({f"n{one}.example": one for one in names}, "own") for names in (old, new)))
    found = told.get("site:own.txt", ListDifference())
    assert (found.added, found.removed) == (len(new - old), len(old - new))
    assert len(found.named_added) == min(MAX_NAMED, len(new - old))
