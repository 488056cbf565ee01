"""Bounds that a site sets to TTLs, and what they do not reach (TIME-7)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.resolve.replies.ttl_bounds import TtlBounds
from tests.support.desk import LUNCH, TWO, Desk
from tests.support.messages import lowest_and_highest_ttl, query

SOA = "example.com. 900 IN SOA ns.example.com. admin.example.com. 1 7200 900 86400 {}"
ttls = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 86_400)))


@given(ttls, st.integers(0, 3_600), st.integers(3_600, 86_400))
def test_every_ttl_is_within_the_bounds(given_ttls: list[tuple[int, int]], floor: int, cap: int) -> None:
    bounds = TtlBounds(floor, cap)
    for (_, before), (_, after) in zip(given_ttls, bounds.bound(given_ttls, negative=False), strict=True):
        assert floor <= after <= cap
        assert after == before or before < floor or before > cap
    for (_, before), (_, after) in zip(given_ttls, bounds.bound(given_ttls, negative=True), strict=True):
        assert after == min(before, cap)


def test_a_floor_keeps_an_answer_that_its_zone_would_have_asked_again(desk: Desk) -> None:
    desk.resolver.forwarder.ttl_bounds = TtlBounds(120, 86_400)
    first = desk.resolve(query("www.example.com"), LUNCH, "www.example.com. 0 IN A 192.0.2.80")
    assert lowest_and_highest_ttl(first) == (120, 120)
    assert lowest_and_highest_ttl(desk.ask(query("www.example.com"), LUNCH + 119)) == (1, 1)
    assert desk.put(query("www.example.com"), LUNCH + 120) is None


def test_a_cap_ends_an_answer_before_its_zone_would(desk: Desk) -> None:
    desk.resolver.forwarder.ttl_bounds = TtlBounds(0, 60)
    first = desk.resolve(query("www.example.com"), LUNCH, "www.example.com. 3600 IN A 192.0.2.80")
    assert lowest_and_highest_ttl(first) == (60, 60)
    assert desk.put(query("www.example.com"), LUNCH + 60) is None


SIGNED = "www.example.com. 300 IN RRSIG {} 8 3 300 20380101000000 20260101000000 1 example.com. AA=="
ANSWER = ("www.example.com. 300 IN A 192.0.2.80", SIGNED.format("A"))
PROOF = "example.com. {} IN NSEC www.example.com. A"  # that no closer name than a wildcard's is there


def test_a_signed_answer_ends_with_the_first_of_its_proofs(desk: Desk) -> None:
    asked = query("www.example.com", use_edns=0, want_dnssec=True)
    desk.resolve(asked, LUNCH, *ANSWER, authority=[PROOF.format(10)])
    assert lowest_and_highest_ttl(desk.ask(asked, LUNCH + 9)) == (1, 291)
    assert desk.put(asked, LUNCH + 10) is None


def test_the_bounds_hold_for_the_proofs_of_an_answer_too(desk: Desk) -> None:
    asked = query("www.example.com", use_edns=0, want_dnssec=True)
    for name, bounds, told in (
        ("floor", TtlBounds(60, 86_400), (60, 300)),
        ("cap", TtlBounds(0, 40), (40, 40)),
    ):
        desk.resolver.cache.flush(b"\0")
        desk.resolver.forwarder.ttl_bounds = bounds
        proof = PROOF.format(10 if name == "floor" else 900)
        desk.resolve(asked, LUNCH, *ANSWER, authority=[proof])
        assert lowest_and_highest_ttl(desk.ask(asked, LUNCH)) == told


def test_there_is_none_is_believed_no_longer_than_its_zone_says_and_the_cap(desk: Desk) -> None:
    for number, (bounds, minimum, lifetime) in enumerate(
        [(TtlBounds(600, 86_400), 30, 30), (TtlBounds(600, 86_400), 0, 0), (TtlBounds(0, 60), 900, 60)]
    ):
        desk.resolver.forwarder.ttl_bounds = bounds
        asked = query(f"n{number}.example.com")
        message = desk.resolve(asked, LUNCH, rcode="NXDOMAIN", authority=[SOA.format(minimum)])
        assert message.authority[0].ttl == lifetime
        assert desk.put(asked, LUNCH + lifetime) is None


def test_no_floor_reaches_past_the_edge_of_a_governed_name(desk: Desk) -> None:
    desk.resolver.forwarder.ttl_bounds = TtlBounds(3_600, 86_400)
    first = desk.resolve(query("facebook.com"), TWO - 10, "facebook.com. 1 IN A 192.0.2.80")
    assert lowest_and_highest_ttl(first) == (10, 10)
    assert lowest_and_highest_ttl(desk.ask(query("facebook.com"), TWO - 1)) == (1, 1)
    assert desk.ask(query("facebook.com"), TWO).answer[0][0].address == "192.0.2.53"
