from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from sm_dns.lists.entry import ANSWERS, Tag


def test_terms_are_values() -> None:
    """Tags are compared and counted by what they say: the index numbers them so."""
    assert len({Tag("social", "x", "l"), Tag("social", "x", "l"), Tag("social", "x", "l", "nodata")}) == 2
    with pytest.raises(FrozenInstanceError):
        Tag("social", "x", "l").service = "y"  # type: ignore[misc]


def test_the_answers_are_the_four_ways_to_deny() -> None:
    assert {"sinkhole", "nxdomain", "nodata", "refused"} == ANSWERS
