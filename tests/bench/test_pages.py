from __future__ import annotations

import pytest

from sm_dns.web.registry import PAGES
from tests.bench.pages import BAR_BYTES, BAR_SECONDS, PATHS, Visited


def test_every_page_is_visited() -> None:
    assert {page.path for page in PAGES} <= set(PATHS)


@pytest.mark.parametrize(
    ("octets", "first", "later", "kept"),
    [
        (BAR_BYTES, BAR_SECONDS, [BAR_SECONDS], True),
        (BAR_BYTES + 1, 0.0, [0.0], False),
        (0, BAR_SECONDS + 0.001, [0.0], False),
        (0, 0.0, [0.0, 1.0, 1.0], False),
        (0, 0.0, [0.0, 0.0, 1.0], True),
    ],
)
def test_the_bars_are_of_size_of_the_first_visit_and_of_later_ones(
    octets: int, first: float, later: list[float], kept: bool
) -> None:
    assert Visited("/", octets, first, later, True).kept is kept
