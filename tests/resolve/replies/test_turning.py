"""The order of addresses turns with the ID of the question."""

from __future__ import annotations

from collections import Counter
from random import Random

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.resolve.local_records import LocalData, LocalRecord
from sm_dns.resolve.replies.turning import Turning, turned
from tests.support.desk import LUNCH, WORK, Desk
from tests.support.messages import make_query, query


def order(message: dns.message.Message) -> list[str]:
    """The addresses as they stand."""
    return [one.to_text() for one in message.answer[-1]]


def addresses(qtype: str, number: int, owner: str = "www.example.com.") -> list[str]:
    ends = [f"192.0.2.{at}" if qtype == "A" else f"2001:db8::{at}" for at in range(1, number + 1)]
    return [f"{owner} 300 IN {qtype} {end}" for end in ends]


@pytest.mark.parametrize("qtype", ["A", "AAAA"])
@pytest.mark.parametrize("number", [2, 3, 11])
@pytest.mark.parametrize("way", ["plain", "chain", "signed", "stale"])
def test_each_address_comes_first_as_often_as_another(desk: Desk, qtype: str, number: int, way: str) -> None:
    records = addresses(qtype, number)
    if way == "chain":
        records = [
            "www.example.com. 300 IN CNAME cdn.example.net.",
            *addresses(qtype, number, "cdn.example.net."),
        ]
    edns = {"use_edns": 0, "want_dnssec": way == "signed"}
    desk.resolve(query("www.example.com", qtype, **edns), WORK, *records)
    now = WORK
    if way == "stale":
        now += 400
        desk.put(query("www.example.com", qtype, **edns), now)
        desk.upstream_fails(now)
    random = Random(1)
    told = [
        order(
            desk.ask(make_query("www.example.com", qtype, id=random.randrange(65_536), **edns).to_wire(), now)
        )
        for _ in range(40 * number)
    ]
    firsts = Counter(one[0] for one in told)
    assert len(firsts) == number
    assert min(firsts.values()) > 10
    doubled = 2 * told[0]
    for one in told:
        at = doubled.index(one[0])
        assert one == doubled[at : at + number], "turned, and nothing else"


def test_what_is_no_run_of_addresses_keeps_its_order(desk: Desk) -> None:
    texts = [f'www.example.com. 300 IN TXT "{at}"' for at in range(5)]
    desk.resolve(query("www.example.com", "TXT"), WORK, *texts)
    told = {
        tuple(order(desk.ask(make_query("www.example.com", "TXT", id=at).to_wire(), WORK))) for at in range(9)
    }
    assert len(told) == 1


def test_local_and_governed_addresses_turn_too(desk: Desk) -> None:
    name = from_text("printer.office")
    desk.resolver.local = LocalData([LocalRecord(name, 1, 300, bytes((10, 0, 0, at))) for at in range(3)])
    told = {order(desk.ask(make_query("printer.office", id=at).to_wire(), WORK))[0] for at in range(3)}
    assert len(told) == 3
    desk.resolve(query("facebook.com"), LUNCH, *addresses("A", 3, "facebook.com."))
    told = {order(desk.ask(make_query("facebook.com", id=at).to_wire(), LUNCH))[0] for at in range(3)}
    assert len(told) == 3


@given(
    st.binary(max_size=9), st.integers(1, 5), st.integers(1, 9), st.binary(max_size=9), st.integers(0, 300)
)
def test_a_turn_back_undoes_a_turn(head: bytes, size: int, number: int, tail: bytes, by: int) -> None:
    octets = head + bytes(range(size * number)) + tail
    turning = Turning(len(head), size, number)
    assert turned(turned(octets, turning, by), turning, -by) == octets
    assert turned(octets, turning, by)[len(head)] == by % number * size
