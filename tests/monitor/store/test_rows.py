from __future__ import annotations

import pytest

from sm_dns.monitor.store.rows import check
from tests.support.rows import START, row


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(hour=START + 1), "start of an hour"),
        (row(hour=-3600), "start of an hour"),
        (row()._replace(pseudonym=b"short"), "16 octets"),
        (row(kind="robot"), "kind of subject"),
        (row(outcome="maybe"), "no outcome"),
        (row(queries=0), "number of queries"),
    ],
)
def test_a_row_that_cannot_be_is_refused(bad: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check(bad)  # type: ignore[arg-type]


def test_a_good_row_is_not() -> None:
    check(row())
