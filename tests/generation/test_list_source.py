from __future__ import annotations

from sm_dns.generation.list_source import ListSource, falls
from sm_dns.lists.list_read import ListRead


def source(name: str, names: int | None, changed: float | None = None) -> ListSource:
    read = None if names is None else ListRead(name, names, 0, 0, 0, 0, ())
    return ListSource(name, "social", "x", changed, read)


def test_a_fall_of_a_list_by_url_is_told() -> None:
    before = [source("a", 100), source("b", 100), source("c", None), source("d", 100)]
    after = [source("a", 79), source("b", 80), source("c", 1), source("new", 1)]
    assert list(map(str, falls(before, after))) == ["list a fell from 100 names to 79"]


def test_an_own_list_is_a_persons_affair() -> None:
    assert list(falls([source("a", 100, 1.0)], [source("a", 1, 2.0)])) == []


def test_a_list_that_cannot_be_read_is_told_elsewhere() -> None:
    assert list(falls([source("a", 100)], [source("a", None)])) == []
