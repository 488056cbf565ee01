from __future__ import annotations

import pytest

from sm_dns.monitor.mapped_share import Seen, has_fallen


@pytest.mark.parametrize(
    ("before", "now", "fell"),
    [
        (Seen(80, 20), Seen(10, 90), True),
        (Seen(90, 10), Seen(60, 40), True),  # by a third
        (Seen(90, 10), Seen(61, 39), False),
        (Seen(80, 20), Seen(0, 20), False),  # a day of rest: staff are away, and no more are unknown
        (Seen(8, 1), Seen(0, 9), False),  # too few to say
        (Seen(0, 0), Seen(0, 90), False),
        (Seen(20, 80), Seen(80, 20), False),
    ],
)
def test_a_share_falls_where_staff_become_unknown(before: Seen, now: Seen, fell: bool) -> None:
    assert has_fallen(before, now) is fell


def test_where_nobody_was_known_nothing_falls() -> None:
    assert not has_fallen(Seen(0, 90), Seen(0, 95))
    assert Seen(0, 0).percent == 0.0
