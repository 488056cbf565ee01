"""The edges of the hours, seen from a client while they pass (TIME-1, TIME-7)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sm_dns.util.clock import utc_iso
from tests.support.dig import Told
from tests.support.processes import PATIENCE
from tests.support.server import House

LEADS = (
    4,
    20,
    60,
)  # seconds before the edge at which the rehearsal starts; a slow machine needs more of them
ZONE = ZoneInfo("Asia/Kuala_Lumpur")
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


@pytest.mark.ipv6
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
    holds = {"deny": _is_denied, "permit": _is_permitted}
    for lead in LEADS:
        server = house.start("--at", (at - timedelta(seconds=lead)).isoformat())
        assert "REHEARSAL" in server.err
        early = _ask(house)
        again = _ask(house)  # by now from the cache and the packet cache
        not_governed = house.dig("portal.corp")
        if house.status()["at"] < utc_iso(at.replace(tzinfo=ZONE).timestamp()):
            break
        house.stop()
    assert {question for question, told in early.items() if not holds[before](question, told)} == set()
    assert not_governed.ttls[0] > 1000  # no edge is near
    flip = _watch(house, before)
    late = _ask(house)
    assert {question for question, told in late.items() if not holds[after](question, told)} == set()
    for question, told in [*early.items(), *again.items()]:
        assert told.ends <= flip, f"{question}: may be used {told.ends - flip:.2f} s past the edge"
        assert max(told.ttls) <= lead
    assert house.status()["last_flip"]["lag_ms"] < 5000

    for instant, decision in ((at - timedelta(seconds=1), before), (at, after)):
        found = house.json("explain", "facebook.com", "www.facebook.com", "--at", instant.isoformat())
        assert {one["decision"] for one in found} == {decision}
    assert found[0]["next_transition"] > edge


def _watch(house: House, before: str) -> float:
    """The POSIX second by which the answer had changed; what came before never outlived it."""
    seen: list[Told] = []
    deadline = time.monotonic() + max(LEADS) + PATIENCE
    while time.monotonic() < deadline:
        told = house.dig("facebook.com")
        if (told.data == ["0.0.0.0"]) is not (before == "deny"):
            assert seen, "watched up to the edge"
            assert max(one.ends for one in seen) <= told.got
            return told.got
        seen.append(told)
        time.sleep(0.01)
    raise AssertionError("the edge never came")
