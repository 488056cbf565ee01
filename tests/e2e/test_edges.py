"""The edges of the hours, seen from a client while they pass (TIME-1, TIME-7)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from tests.support.dig import Told
from tests.support.server import House

LEAD = timedelta(seconds=4)  # the rehearsal starts so long before the edge
GOVERNED = [
    ("facebook.com", "A"),
    ("facebook.com", "AAAA"),
    ("facebook.com", "HTTPS"),
    ("www.facebook.com", "A"),  # a CNAME to another governed name
    ("share.corp", "A"),  # not governed itself; its CNAME is
    ("nosuch.facebook.com", "A"),  # NXDOMAIN
    ("facebook.com", "TXT"),  # no such type
]
PERMITTED = {
    "facebook.com A": ("NOERROR", ["198.51.100.1"]),
    "facebook.com AAAA": ("NOERROR", ["2001:db8::1"]),
    "facebook.com HTTPS": ("NOERROR", ['1 . alpn="h2"']),
    "www.facebook.com A": ("NOERROR", ["198.51.100.2"]),
    "share.corp A": ("NOERROR", ["198.51.100.2"]),
    "nosuch.facebook.com A": ("NXDOMAIN", []),
    "facebook.com TXT": ("NOERROR", []),
}


def _ask(house: House) -> dict[str, Told]:
    return {f"{name} {qtype}": house.dig(name, qtype) for name, qtype in GOVERNED}


def _is_denied(question: str, told: Told) -> bool:
    address = {"A": ["0.0.0.0"], "AAAA": ["::"]}.get(question.split()[1], [])
    return (told.status, told.data, 15 in told.ede) == ("NOERROR", address, True)


def _is_permitted(question: str, told: Told) -> bool:
    return (told.status, told.data) == PERMITTED[question] and 15 not in told.ede


@pytest.mark.parametrize(
    ("edge", "before", "after"),
    [
        ("2026-08-10T13:00:00", "deny", "permit"),
        ("2026-08-10T14:00:00", "permit", "deny"),
    ],
)
def test_nothing_outlives_an_edge_and_right_after_it_the_other_answer_comes(
    house: House, edge: str, before: str, after: str
) -> None:
    at = datetime.fromisoformat(edge)
    server = house.start("--at", (at - LEAD).isoformat())
    assert "REHEARSAL" in server.err
    holds = {"deny": _is_denied, "permit": _is_permitted}

    early = _ask(house)
    assert {question for question, told in early.items() if not holds[before](question, told)} == set()
    again = _ask(house)  # by now from the cache and the memo
    assert house.dig("portal.corp").ttls[0] > 1000  # not governed: no edge is near
    flip = _watch(house, before)
    late = _ask(house)
    assert {question for question, told in late.items() if not holds[after](question, told)} == set()
    for question, told in [*early.items(), *again.items()]:
        assert told.ends <= flip, f"{question}: may be used {told.ends - flip:.2f} s past the edge"
        assert max(told.ttls) <= LEAD.seconds
    assert house.status()["last_flip"]["lag_ms"] < 1000

    for instant, decision in ((at - timedelta(seconds=1), before), (at, after)):
        found = house.json("explain", "facebook.com", "www.facebook.com", "--at", instant.isoformat())
        assert {one["decision"] for one in found} == {decision}
    assert found[0]["next_transition"] > edge


def _watch(house: House, before: str) -> float:
    """The POSIX second by which the answer had changed; what came before never outlived it."""
    seen: list[Told] = []
    deadline = time.monotonic() + 8.0
    while time.monotonic() < deadline:
        told = house.dig("facebook.com")
        if (told.data == ["0.0.0.0"]) is not (before == "deny"):
            assert max(one.ends for one in seen) <= told.got
            assert max(one.asked for one in seen) > told.asked - 0.5  # watched without a gap
            return told.got
        seen.append(told)
        time.sleep(0.01)
    raise AssertionError("the edge never came")
