from __future__ import annotations

from dataclasses import replace

import pytest

from sm_dns.feeds.checking.asking import Answer, Seen
from sm_dns.feeds.checking.examining import Expected, examine

SINK = Answer(0, ("0.0.0.0",), 5)
NOTHING = Answer(3, (), 5)
REFUSED = Answer(5, (), 0)
REAL = Answer(0, ("198.51.100.1",), 60)
CLOSED = Seen(100, SINK, SINK, SINK, NOTHING, (SINK,), (SINK,), None)
OPEN = Seen(100, NOTHING, REAL, REAL, Answer(0, ("1 . alpn=h2",), 60), (SINK,), (SINK,), None)
WANTED = Expected(False, False, 100, 7.0, 300, ("0.0.0.0", "::"))
WANTED_OPEN = replace(WANTED, is_open=True)


def test_one_that_keeps_the_hours() -> None:
    assert list(examine(CLOSED, WANTED)) == []
    assert list(examine(OPEN, WANTED_OPEN)) == []


@pytest.mark.parametrize(
    ("seen", "wanted", "parts"),
    [
        (Seen(None, None, None, None, None, (), (), None), WANTED, ["does not answer"]),
        (
            replace(OPEN, serial=99),
            WANTED,
            ["serial 99; 100 is in force since 7 s", "open while the hours are closed: it"],
        ),
        (
            Seen(None, REFUSED, REFUSED, REFUSED, REFUSED, (REFUSED,), (REFUSED,), None),
            WANTED_OPEN,
            ["refuses to answer this host"],
        ),
        (OPEN, WANTED, ["open while the hours are closed, though it has the newest"]),
        (CLOSED, WANTED_OPEN, ["closed while the hours are open, and has the newest"]),
        (replace(CLOSED, serial=None), WANTED_OPEN, ["does it have the zone gate?"]),
        (replace(CLOSED, serial=99), WANTED_OPEN, ["serial 99; 100"]),
        (replace(OPEN, always=(REAL,)), WANTED_OPEN, ["zone always is missing, or stands behind"]),
        (replace(OPEN, always_signed=(REAL,)), WANTED_OPEN, ["break-dnssec"]),
        (replace(CLOSED, scheduled_signed=REAL), WANTED, ["break-dnssec"]),
        (replace(CLOSED, scheduled=REAL), WANTED, ["zone social is not whole"]),
        (replace(CLOSED, scheduled_https=Answer(0, ("1 .",), 9)), WANTED, ["HTTPS record"]),
        (replace(CLOSED, alias=REAL), WANTED, ["an alias of a listed name"]),
        (replace(OPEN, scheduled=replace(REAL, ttl=3_600)), WANTED_OPEN, ["kept for 3600 s", "300 s"]),
        (replace(OPEN, scheduled=Answer(2, (), 0)), WANTED_OPEN, ["cannot resolve a permitted name"]),
    ],
)
def test_what_is_wrong_is_told(seen: Seen, wanted: Expected, parts: list[str]) -> None:
    told = " | ".join(str(fault.text) for fault in examine(seen, wanted))
    for part in parts:
        assert part in told


def test_from_a_host_that_is_under_no_policy_nothing_is_seen() -> None:
    assert list(examine(replace(OPEN, always=(REAL,)), replace(WANTED, gets_everything=True))) == []


def test_a_serial_that_is_ahead_is_not_behind() -> None:
    assert list(examine(replace(CLOSED, serial=101), WANTED)) == []
