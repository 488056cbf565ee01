"""Clients behind trusted forwarders: each has its own class, budget and count; nobody else is believed."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest

from sm_dns.dns.proxy_header import SIGNATURE
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients import udp
from sm_dns.serve.clients.trusted_forwarders import Tells
from sm_dns.serve.usage_counter import UsageCounter
from tests.support.desk import GUEST, HQ, STRANGER, UMP, WORK
from tests.support.listening import Counter, SetClock
from tests.support.messages import COOKIE, query
from tests.support.proxies import header, mac, subnet

DC, DNSDIST, BRANCH = "10.1.9.1", "10.1.9.2", "10.2.9.3"
PC, PHONE = "3c:00:00:00:00:02", "3e:00:00:00:00:01"
SINKHOLE = "192.0.2.53"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    one = SetClock(WORK + 0.5)
    monkeypatch.setattr(udp, "monotonic", one.now)
    return one


@pytest.fixture
def counter(policy: Snapshot, clock: SetClock) -> Counter:
    one = Counter(policy, clock)
    one.desk.resolver.count = UsageCounter(one.counters, policy, is_on=True)
    one.forwarders.adopt(
        [
            (f"{DC}/32", Tells(proxy=False, subnet=True, mac=True)),
            (f"{DNSDIST}/32", Tells(proxy=True, subnet=False, mac=False)),
            (f"{BRANCH}/32", Tells(proxy=False, subnet=False, mac=True)),
        ]
    )
    return one


def asked(*options: dns.edns.Option, name: str = "facebook.com") -> bytes:
    return query(name, use_edns=0, id=7, options=list(options))


def said(counter: Counter) -> dns.message.Message:
    wire, address = counter.box.sent.pop()
    assert not counter.box.sent
    assert address[1] == 5353
    return dns.message.from_wire(wire)


def counted(counter: Counter, clock: SetClock) -> dict[str, int]:
    batch, _ = counter.counters.take(clock.now(), 100)
    return {count.client: count.queries for count in batch.counts}


def is_denied(reply: dns.message.Message) -> bool:
    return SINKHOLE in str(reply.answer)


@pytest.mark.parametrize(
    ("told", "denied"), [(HQ, True), ("fd01::5", True), (GUEST, False), (UMP, False)], ids=str
)
def test_policy_goes_by_the_client_that_edns_names(counter: Counter, told: str, denied: bool) -> None:
    counter.hand_in(asked(subnet(told)), DC)
    if denied:
        reply = said(counter)
        assert is_denied(reply)
        assert [option.to_text() for option in reply.options][-1].startswith(f"ECS {told}/")
    else:
        assert not counter.box.sent
        counter.desk.upstream_says(WORK + 1, "facebook.com. 300 IN A 192.0.2.80")
        reply = said(counter)
        assert not is_denied(reply)
        assert any(isinstance(option, dns.edns.ECSOption) for option in reply.options)


@pytest.mark.parametrize(("told", "denied"), [(HQ, True), ("fd01::5", True), (GUEST, False)], ids=str)
def test_policy_goes_by_the_client_that_a_header_names(counter: Counter, told: str, denied: bool) -> None:
    to = DNSDIST if "." in told else "fd01::2"
    counter.hand_in(header(told, to) + asked(), DNSDIST)
    assert bool(counter.box.sent) == denied
    if denied:
        assert is_denied(said(counter))


def test_each_is_counted_for_itself_from_the_packet_cache_too(counter: Counter, clock: SetClock) -> None:
    for host in (1, 2, 3):
        for _ in range(3):
            counter.hand_in(asked(subnet(f"10.1.0.{host}"), COOKIE), DC)
            assert is_denied(said(counter))
    counter.hand_in(header("10.1.0.9", DNSDIST) + asked(), DNSDIST)
    counter.hand_in(asked(), HQ)
    assert counted(counter, clock) == {
        "10.1.0.1": 4,  # HQ is one of them
        "10.1.0.2": 3,
        "10.1.0.3": 3,
        "10.1.0.9": 1,
    }
    assert counter.listener.forwarded is not None
    assert counter.listener.forwarded.replayed == 9
    assert counter.listener.queries == 11


def test_a_mapped_address_is_the_ipv4_client(counter: Counter, clock: SetClock) -> None:
    """As a proxy tells it that listens on IPv4 and IPv6 at once: one client, however it is told."""
    counter.hand_in(asked(subnet(HQ)), DC)
    counter.hand_in(asked(subnet(f"::ffff:{HQ}")), DC)
    counter.hand_in(header(f"::ffff:{HQ}", "::ffff:10.1.9.2") + asked(), DNSDIST)
    assert [is_denied(dns.message.from_wire(wire)) for wire, _ in counter.box.sent] == [True] * 3
    assert counted(counter, clock) == {HQ: 3}


def test_a_device_behind_a_router_is_counted_as_that_device(counter: Counter, clock: SetClock) -> None:
    """Its network is the router's, which alone is known of it."""
    counter.hand_in(asked(mac(PC)), BRANCH)
    assert not counter.box.sent  # it is in a group that is only monitored
    counter.desk.upstream_says(WORK + 1, "facebook.com. 300 IN A 192.0.2.80")
    for device in (PHONE, PC):
        counter.hand_in(asked(mac(device)), BRANCH)
    assert [is_denied(dns.message.from_wire(wire)) for wire, _ in counter.box.sent] == [False] * 3
    counter.box.sent.clear()
    counter.hand_in(asked(subnet(HQ), mac(PC)), DC)
    assert counted(counter, clock) == {f"{PC}@{BRANCH}": 2, f"{PHONE}@{BRANCH}": 1, f"{PC}={HQ}": 1}


def test_nobody_else_is_believed(counter: Counter, clock: SetClock) -> None:
    """A member of staff that says it is a guest, by whatever way, is what its address says."""
    counter.hand_in(asked(subnet(GUEST)), HQ)
    assert is_denied(said(counter))
    counter.hand_in(asked(mac(PHONE)), HQ)
    assert is_denied(said(counter))
    counter.hand_in(header(GUEST, DC) + asked(), HQ)
    assert dns.message.from_wire(counter.box.sent.pop()[0]).rcode() == dns.rcode.NOTIMP
    # A forwarder is believed for what is named of it alone: this one hands on the options of its clients.
    counter.hand_in(header(HQ, DNSDIST) + asked(subnet(GUEST), mac(PHONE)), DNSDIST)
    assert is_denied(said(counter))
    assert counted(counter, clock) == {HQ: 3}


def test_a_forwarder_behind_a_proxy_is_believed_as_the_site_says(counter: Counter, clock: SetClock) -> None:
    counter.hand_in(header(DC, DNSDIST) + asked(subnet(HQ)), DNSDIST)
    assert is_denied(said(counter))
    assert counted(counter, clock) == {HQ: 1}


@pytest.mark.parametrize(
    "told",
    [
        "",
        "10.3.0.0/24",
        "127.0.0.1/32",
        "::1/128",
        "fe80::1/128",
        "0.0.0.0/32",
        "0.0.0.0/0",
        "::ffff:127.0.0.1/128",
    ],
)
def test_what_tells_no_client_is_the_forwarders_own_question(
    counter: Counter, clock: SetClock, told: str
) -> None:
    address, _, prefix = told.partition("/")
    counter.hand_in(asked(*([subnet(address, int(prefix))] if told else [])), DC)
    assert is_denied(said(counter))
    assert counted(counter, clock) == {DC: 1}
    assert counter.forwarders.counts[DC] == (0, 1)


def test_a_stranger_behind_a_forwarder_is_not_served(counter: Counter) -> None:
    counter.hand_in(asked(subnet(STRANGER)), DC)
    assert said(counter).rcode() == dns.rcode.REFUSED


@pytest.mark.parametrize("broken", [SIGNATURE, SIGNATURE + b"\x21\x12\xff\xff", header(HQ, DC)[:-3]])
def test_a_header_that_cannot_be_read_is_met_with_silence(counter: Counter, broken: bytes) -> None:
    counter.hand_in(broken, DNSDIST)
    assert not counter.box.sent


def test_a_broken_message_behind_a_header_gets_formerr(counter: Counter) -> None:
    counter.hand_in(header(HQ, DC) + asked()[:-1], DNSDIST)
    assert said(counter).rcode() == dns.rcode.FORMERR


def test_a_proxy_that_asks_whether_we_live_asks_for_itself(counter: Counter, clock: SetClock) -> None:
    counter.hand_in(SIGNATURE + b"\x20\0\0\0" + asked(), DNSDIST)
    assert is_denied(said(counter))
    assert counted(counter, clock) == {DNSDIST: 1}
    assert counter.forwarders.counts == {}


@pytest.mark.parametrize("count", range(18, 34))
@pytest.mark.parametrize("payload", [512, 520, 530, 600])
def test_a_reply_keeps_to_the_size_that_was_offered(counter: Counter, payload: int, count: int) -> None:
    """With the option that is added to it, of whatever size it is without."""
    told = subnet("fd01::5")
    counter.hand_in(query("www.example.com", use_edns=0, payload=payload, options=[told]), DC)
    counter.desk.upstream_says(
        WORK + 1, *(f"www.example.com. 300 IN A 192.0.2.{number}" for number in range(count))
    )
    wire, _ = counter.box.sent.pop()
    reply = dns.message.from_wire(wire)
    assert len(wire) <= payload
    assert isinstance(reply.options[-1], dns.edns.ECSOption)
    assert bool(reply.flags & dns.flags.TC) is not bool(reply.answer)


def test_whoever_is_no_longer_trusted_asks_for_itself(counter: Counter, policy: Snapshot) -> None:
    counter.hand_in(asked(subnet(GUEST)), DC)
    assert not counter.box.sent
    counter.forwarders.adopt([])
    counter.adopt(policy)
    counter.hand_in(asked(subnet(GUEST)), DC)
    assert is_denied(said(counter))


def test_counts_are_those_of_forwarders_that_are_trusted_now(counter: Counter) -> None:
    """Else an alarm of how one was set before would never end, nor begin where it no longer tells."""
    for forwarder in (DC, DNSDIST, BRANCH):
        counter.hand_in(asked(), forwarder)
    counter.forwarders.adopt(
        [
            (f"{DC}/32", Tells(proxy=False, subnet=True, mac=True)),
            (f"{BRANCH}/32", Tells(proxy=False, subnet=True, mac=True)),
        ]
    )
    assert counter.forwarders.counts == {DC: (0, 1)}
