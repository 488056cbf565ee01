from __future__ import annotations

from dataclasses import dataclass

import pytest

from sm_dns.util.with_more import with_more


@dataclass(frozen=True, slots=True)
class Part:
    name: str


@dataclass(frozen=True, slots=True)
class Whole(Part):
    count: int


def test_a_whole_has_the_fields_of_its_part_and_more() -> None:
    assert with_more(Whole, Part("x"), count=1) == Whole("x", 1)


def test_one_too_many_or_missing_is_an_error() -> None:
    with pytest.raises(TypeError, match="count"):
        with_more(Whole, Part("x"))
    with pytest.raises(TypeError, match="more"):
        with_more(Part, Part("x"), more=1)
    with pytest.raises(TypeError, match="name"):
        with_more(Whole, Part("x"), name="y", count=1)
