"""Nothing that leaves outlives the decision behind it (TIME-7), and every name of an answer is judged (T11)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.policy.decide import decide
from sm_dns.policy.snapshot import Snapshot
from tests.policy.office import exemption
from tests.support.desk import EVENING, GUEST, HQ, LATER, LUNCH, ONE, TWO, UMP, WORK, Desk, snapshot
from tests.support.messages import lines, lowest_and_highest_ttl, query

SINKHOLES = ("192.0.2.53", "2001:db8::53")
SOA = "facebook.com. 90000 IN SOA ns.facebook.com. admin.facebook.com. 1 7200 900 86400 90000"

# What an upstream may say about a governed name: (type asked, answers, sections).
UPSTREAM: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "address": ("A", ["www.facebook.com. 90000 IN A 192.0.2.1"], {}),
    "chain": (
        "A",
        [
            "www.facebook.com. 90000 IN CNAME star.c10r.facebook.com.",
            "star.c10r.facebook.com. 90000 IN CNAME edge.example.net.",
            "edge.example.net. 90000 IN A 192.0.2.1",
        ],
        {},
    ),
    "https": ("HTTPS", ["www.facebook.com. 90000 IN HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1"], {}),
    "nodata": ("AAAA", [], {"authority": [SOA]}),
    "nxdomain": ("AAAA", [], {"authority": [SOA], "rcode": "NXDOMAIN"}),
    "chain to nothing": (
        "AAAA",
        ["www.facebook.com. 90000 IN CNAME star.c10r.facebook.com."],
        {"authority": [SOA]},
    ),
}


def highest(message: dns.message.Message) -> int:
    return lowest_and_highest_ttl(message)[1]


def is_denied(message: dns.message.Message) -> bool:
    ours = (*SINKHOLES, "policy.sm-dns.invalid")
    return any(mark in line for line in lines([*message.answer, *message.authority]) for mark in ours)


@pytest.mark.parametrize("kind", UPSTREAM)
def test_five_seconds_before_an_edge_the_largest_ttl_is_five(desk: Desk, kind: str) -> None:
    qtype, answers, sections = UPSTREAM[kind]
    asked = query("www.facebook.com", qtype)
    fresh = desk.resolve(asked, TWO - 5, *answers, **sections)
    assert highest(fresh) == 5
    cached = desk.ask(asked, TWO - 4.2)
    assert highest(cached) == 4
    assert not is_denied(cached)
    assert is_denied(desk.ask(asked, TWO))


@pytest.mark.parametrize("kind", UPSTREAM)
def test_what_was_cached_long_before_ends_at_the_edge_too(desk: Desk, kind: str) -> None:
    qtype, answers, sections = UPSTREAM[kind]
    asked = query("www.facebook.com", qtype)
    assert highest(desk.resolve(asked, LUNCH, *answers, **sections)) == 300
    assert highest(desk.ask(asked, TWO - 5)) == 5


@pytest.mark.parametrize("qtype", ["A", "AAAA", "HTTPS", "TXT", "ANY"])
def test_a_denial_ends_at_the_opening(desk: Desk, qtype: str) -> None:
    asked = query("www.facebook.com", qtype)
    assert highest(desk.ask(asked, WORK)) == 60
    assert highest(desk.ask(asked, ONE - 59.5)) == 59
    assert highest(desk.ask(asked, ONE - 5)) == 5
    assert highest(desk.ask(asked, ONE - 0.5)) == 0
    opened = desk.put(asked, ONE)
    assert opened is None or qtype == "ANY"


@pytest.mark.parametrize("kind", UPSTREAM)
def test_an_answer_that_arrives_after_the_edge_is_judged_by_what_holds_then(desk: Desk, kind: str) -> None:
    qtype, answers, sections = UPSTREAM[kind]
    message = desk.resolve(query("www.facebook.com", qtype), TWO - 0.1, *answers, later=0.2, **sections)
    assert is_denied(message)
    assert highest(message) == 60


def test_a_failure_that_arrives_after_the_edge_is_a_denial(desk: Desk) -> None:
    assert desk.put(query("www.facebook.com"), TWO - 0.1) is None
    desk.upstream_fails(TWO)
    assert is_denied(desk.last())


def test_an_answer_that_arrives_under_a_new_policy_is_judged_by_it(desk: Desk, directory: Path) -> None:
    assert desk.put(query("www.example.com"), WORK) is None
    desk.change(snapshot=snapshot(directory, groups=[], sinkhole_ipv4="192.0.2.99"))
    desk.upstream_says(
        WORK + 1, "www.example.com. 60 IN CNAME youtube.com.", "youtube.com. 60 IN A 192.0.2.1"
    )
    assert "192.0.2.99" in desk.last().answer[0].to_text()


def test_a_client_no_longer_served_when_the_answer_arrives_is_refused(desk: Desk, directory: Path) -> None:
    groups = [{"name": "cafe", "clients": ["8.8.8.0/24"], "mode": "off"}]
    desk.change(snapshot=snapshot(directory, groups=groups))
    assert desk.put(query("www.example.com"), WORK, "8.8.8.8") is None
    desk.change(snapshot=snapshot(directory))
    desk.upstream_says(WORK + 1, "www.example.com. 60 IN A 192.0.2.1")
    assert desk.last().rcode() == 5
    assert not desk.last().answer


@pytest.mark.parametrize("kind", UPSTREAM)
def test_a_stale_answer_ends_at_the_edge_and_is_judged(desk: Desk, kind: str) -> None:
    qtype, answers, sections = UPSTREAM[kind]
    short = [line.replace(" 90000 ", " 10 ") for line in answers]
    sections = {**sections, "authority": [SOA.replace("90000", "10")]} if sections else {}
    asked = query("www.facebook.com", qtype)
    desk.resolve(asked, TWO - 100, *short, **sections)
    assert desk.put(asked, TWO - 5) is None
    desk.upstream_fails(TWO - 4.9)
    assert 0 < highest(desk.last()) <= 5
    assert highest(desk.ask(asked, TWO - 2)) == 2
    assert is_denied(desk.ask(asked, TWO))


def chain_to(target: str) -> list[str]:
    return [f"www.example.com. 90000 IN CNAME {target}.", f"{target}. 90000 IN A 192.0.2.1"]


@pytest.mark.parametrize("target", ["facebook.com", "scontent.facebook.com", "youtube.com"])
def test_a_name_that_leads_to_a_denied_one_is_denied(desk: Desk, target: str) -> None:
    """T11: an alias is no way around."""
    asked = query("www.example.com", use_edns=0)
    fresh = desk.resolve(asked, WORK, *chain_to(target))
    assert is_denied(fresh)
    assert "192.0.2.1\n" not in fresh.to_text()
    assert [int(option.code) for option in fresh.options] == [15, 4]
    assert is_denied(desk.ask(asked, WORK + 1))


@pytest.mark.parametrize("address", [GUEST, UMP, LATER])
def test_a_denied_target_is_denied_to_who_is_denied_only(desk: Desk, address: str) -> None:
    assert is_denied(desk.resolve(query("www.example.com"), WORK, *chain_to("youtube.com")))
    assert not is_denied(desk.ask(query("www.example.com"), WORK, address))


def test_a_target_in_the_middle_of_the_chain_counts(desk: Desk) -> None:
    answers = [
        "www.example.com. 60 IN CNAME youtube.com.",
        "youtube.com. 60 IN CNAME edge.example.net.",
        "edge.example.net. 60 IN A 192.0.2.1",
    ]
    assert is_denied(desk.resolve(query("www.example.com"), LUNCH, *answers))


def test_a_target_with_a_window_bounds_the_whole_answer(desk: Desk) -> None:
    """The name asked is on no list; where it leads is permitted until two."""
    asked = query("www.example.com")
    assert highest(desk.resolve(asked, TWO - 5, *chain_to("facebook.com"))) == 5
    assert is_denied(desk.ask(asked, TWO))


@pytest.mark.parametrize("name", ["press.facebook.com", "whatsapp.com"])
def test_what_a_settled_name_leads_to_is_not_judged(desk: Desk, name: str) -> None:
    answers = [f"{name}. 90000 IN CNAME youtube.com.", "youtube.com. 90000 IN A 192.0.2.1"]
    message = desk.resolve(query(name), WORK, *answers)
    assert not is_denied(message)
    assert highest(message) == 300


def test_an_exempted_name_is_settled_until_the_exemption_ends(directory: Path) -> None:
    policy = snapshot(directory, exemptions=[exemption()])
    desk = Desk(policy)
    nine, eleven = policy.clients.classify(HQ).exemptions[0].starts, WORK + 3600  # type: ignore[union-attr]
    assert highest(desk.ask(query("facebook.com"), nine - 5)) == 5
    answers = ["facebook.com. 90000 IN CNAME youtube.com.", "youtube.com. 90000 IN A 192.0.2.1"]
    message = desk.resolve(query("facebook.com"), eleven - 5, *answers)
    assert not is_denied(message)
    assert highest(message) == 5
    assert is_denied(desk.ask(query("facebook.com"), eleven))


def test_a_schedule_that_comes_into_force_bounds_what_was_given_before(desk: Desk) -> None:
    asked = query("facebook.com")
    eleven = WORK + 3600
    answers = ["facebook.com. 90000 IN A 192.0.2.1"]
    assert highest(desk.resolve(asked, eleven - 5, *answers, address=LATER)) == 5
    assert is_denied(desk.ask(asked, eleven, LATER))


def test_names_on_no_list_keep_what_the_upstream_said(desk: Desk) -> None:
    message = desk.resolve(query("www.example.com"), TWO - 5, "www.example.com. 80000 IN A 192.0.2.1")
    assert highest(message) == 80_000


def test_a_denied_target_is_forgotten_with_the_chain_that_led_there(desk: Desk) -> None:
    """The reply may be repeated only while the upstream's CNAME lives."""
    desk.resolve(query("www.example.com"), WORK, "www.example.com. 20 IN CNAME youtube.com.")
    reply = desk.put(query("www.example.com"), WORK + 1)
    assert reply is not None
    assert reply.valid_until <= WORK + 20


def test_a_denied_target_ends_with_the_window_of_the_name_that_leads_there(desk: Desk) -> None:
    """Until two the target is why it is denied; from then on the name itself, with another text."""
    answers = ["facebook.com. 90000 IN CNAME youtube.com.", "youtube.com. 90000 IN A 192.0.2.1"]
    desk.resolve(query("facebook.com"), LUNCH, *answers)
    reply = desk.put(query("facebook.com"), TWO - 5)
    assert reply is not None
    assert reply.valid_until <= TWO
    assert highest(dns.message.from_wire(reply.wire)) <= 5


names = st.sampled_from(
    ["facebook.com", "www.facebook.com", "youtube.com", "www.example.com", "press.facebook.com"]
)
moments = st.one_of(
    st.floats(0, 7 * 86_400),
    st.builds(
        lambda edge, away: edge - WORK + away,
        st.sampled_from([ONE, TWO, EVENING - 9000, WORK + 3600]),
        st.floats(-400, 400),
    ),
)


@given(
    st.lists(names, min_size=1, max_size=4, unique=True),
    st.integers(0, 100_000),
    moments,
    st.floats(0, 3_000),
    st.sampled_from([HQ, UMP, GUEST, LATER]),
    st.sampled_from(["A", "HTTPS", "negative"]),
    st.booleans(),
)
def test_no_ttl_outlives_any_decision_behind_the_answer(
    policy: Snapshot,
    chain: list[str],
    ttl: int,
    moment: float,
    later: float,
    address: str,
    kind: str,
    fails: bool,
) -> None:
    """At random instants: fresh, from the cache, and stale after a failure."""
    desk = Desk(policy)
    client = policy.clients.classify(address)
    assert client is not None
    qtype = "HTTPS" if kind == "HTTPS" else "A"
    data = "1 . alpn=h2" if kind == "HTTPS" else "192.0.2.1"
    answers = [f"{one}. {ttl} IN CNAME {two}." for one, two in pairwise(chain)]
    authority = []
    if kind == "negative":
        zone = chain[-1].split(".", 1)[1]
        authority = [f"{zone}. {ttl} IN SOA ns.{zone}. admin.{zone}. 1 2 3 4 {ttl}"]
    else:
        answers.append(f"{chain[-1]}. {ttl} IN {qtype} {data}")
    now = WORK + moment
    for seconds in (0.0, later):
        now += seconds
        reply = desk.put(query(chain[0], qtype), now, address)
        if reply is None:
            if fails and seconds:
                desk.upstream_fails(now)
            else:
                desk.upstream_says(now, *answers, authority=authority)
            reply = desk.delivered[-1]
        message = dns.message.from_wire(reply.wire)
        decisions = [decide(policy, client, from_text(name), now) for name in chain]
        judged = decisions[:1] if decisions[0].settled or decisions[0].action == "deny" else decisions
        first_denial = next((at for at, one in enumerate(judged) if one.action == "deny"), len(judged))
        assert is_denied(message) == (first_denial < len(judged)) or message.rcode() in (2, 3)
        ends = [one.valid_until for one in judged[: first_denial + 1] if one.valid_until is not None]
        assert now + highest(message) <= min(ends, default=now + highest(message))
        assert reply.valid_until <= min(ends, default=reply.valid_until)


SERVICES = {
    "alias": "0 {target}",
    "service": "1 {target} alpn=h2 ipv4hint=192.0.2.1",
    "second": "1 . alpn=h2|2 {target} alpn=h2",
}


@pytest.mark.parametrize("qtype", ["HTTPS", "SVCB"])
@pytest.mark.parametrize("kind", SERVICES)
@pytest.mark.parametrize("dnssec_ok", [False, True])
def test_a_service_at_a_listed_name_is_denied_as_an_alias_is(
    desk: Desk, qtype: str, kind: str, dnssec_ok: bool
) -> None:
    """RFC 9460: in AliasMode, and by its TargetName."""
    data = SERVICES[kind].format(target="www.facebook.com.").split("|")
    records = [f"share.corp. 90000 IN {qtype} {one}" for one in data]
    asked = query("share.corp", qtype, use_edns=0, want_dnssec=dnssec_ok)
    assert is_denied(desk.resolve(asked, WORK, *records))
    assert is_denied(desk.ask(asked, WORK + 1))
    assert not is_denied(desk.ask(asked, WORK + 1, GUEST))
    permitted = desk.ask(asked, TWO - 5)
    assert not is_denied(permitted)
    assert highest(permitted) == 5


def test_a_service_at_its_own_name_or_at_an_unlisted_one_is_not(desk: Desk) -> None:
    for target in (".", "cdn.example.net.", "press.facebook.com."):
        desk.resolver.cache.flush(b"\0")
        message = desk.resolve(
            query("share.corp", "HTTPS"), WORK, f"share.corp. 60 IN HTTPS 1 {target} alpn=h2"
        )
        assert message.answer
