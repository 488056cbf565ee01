"""What is explained is what is answered: for every stage, and for whatever can be asked (the law of `explain`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dns.message
import dns.rdatatype
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sm_dns.diagnose.explainer import Explainer, Known, Unknown
from sm_dns.diagnose.look_up import answer_of
from sm_dns.diagnose.reply_text import PLAIN, read_reply
from sm_dns.dns.names import from_text, to_text
from sm_dns.dns.records import ede_option, type_name, type_number
from sm_dns.ipc.orders import ANSWERS
from sm_dns.ipc.orders import Known as Told
from sm_dns.policy.explain import WhoAsks
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.cache import Key
from sm_dns.resolve.context import ResolverSettings
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer, read_relay
from sm_dns.resolve.local_records import LocalData, LocalRecord
from sm_dns.resolve.pipeline import CLIENTS, STAGES, UPSTREAM
from sm_dns.resolve.replies.rebinding import Rebinding
from sm_dns.resolve.stages.discovery import QUESTION, designated
from sm_dns.serve.look_ups import relayed
from sm_dns.serve.worker_settings import Encryption, Generation
from sm_dns.util.errors import BadInput
from tests.support.desk import GUEST, HQ, JKDM, LUNCH, STRANGER, TWO, UMP, WORK, Desk, snapshot
from tests.support.forwarding import datagram, forwarder, reply_to
from tests.support.limits import limits_of
from tests.support.messages import make_query, response

ZONE = {
    "www.example.com": ["www.example.com. 300 IN A 192.0.2.1"],
    "share.corp": ["share.corp. 300 IN CNAME www.facebook.com.", "www.facebook.com. 300 IN A 192.0.2.2"],
    "open.corp": ["open.corp. 300 IN CNAME chat.whatsapp.com.", "chat.whatsapp.com. 300 IN A 192.0.2.3"],
    "hop.corp": ["hop.corp. 300 IN CNAME share.corp."],
    "inside.example": ["inside.example. 300 IN A 10.0.0.1"],
    "facebook.com": ["facebook.com. 300 IN A 192.0.2.4"],
    "brief.example": ["brief.example. 0 IN A 192.0.2.5"],
}
LOCAL = LocalData(
    [
        LocalRecord(from_text("printer.office"), 1, 300, b"\x0a\0\0\x09"),
        LocalRecord(from_text("alias.office"), 5, 300, from_text("share.corp")),
    ]
)
NAMES = [
    *ZONE,
    "printer.office",
    "alias.office",
    "localhost",
    "x.onion",
    "nosuch.example",
    "youtube.com",
    "dns.google",
]
TYPES = ["A", "AAAA", "HTTPS", "TXT", "CNAME", "DS", "ANY", "AXFR", "MAILB", "TYPE65280"]
DOT, DOH = [("10.0.0.5", 853)], [("10.0.0.5", 443)]
NAME = from_text("dns.agency.example")


def generation(policy: Snapshot, **changes: Any) -> Generation:
    place = (UpstreamAddress("192.0.2.1", 53),)
    parts: dict[str, Any] = {
        **{
            "resolver": ResolverSettings(policy, 1232, Rebinding(True), b"", False, None, JKDM),
            "local": LOCAL,
            "upstreams": place,
            "strategy": "fastest",
            "cache_bytes": 1 << 20,
        },
        **{"routes": {from_text("corp"): place}, "limits": limits_of(), "connections": 512, "forwarders": ()},
        **{"ttl_bounds": None, "monitored": True},
        "tls": Encryption(Path("c"), Path("k"), (), NAME, "/dns-query"),
        **{"wishes": None},
    }
    return Generation(**{**parts, **changes})


def answers_of(asked: bytes) -> bytes:
    """What the upstreams say, the same to the server and to whoever explains."""
    question = dns.message.from_wire(asked).question[0]
    name = question.name.to_text().lower().rstrip(".")
    found = ZONE.get(name, []) if question.rdtype == dns.rdatatype.A else []
    found = found or [line for line in ZONE.get(name, []) if " CNAME " in line and f"{name}. " in line][:1]
    rcode = "NOERROR" if name in ZONE or question.rdtype != dns.rdatatype.A else "NXDOMAIN"
    soa = [] if found else [f"{name}. 60 IN SOA ns. host. 1 2 3 4 60"]
    return response(asked, *found, rcode=rcode, authority=soa)


def look_up(key: Key) -> Known | Unknown:
    one, sender = forwarder()
    one.ask(key, lambda outcome, now: None, 0.0)
    reply = answers_of(datagram(sender.last()))
    return Known(answer_of(relayed(read_relay(reply, key.qname, key.qtype, key.dnssec_ok))), 0.0)


def answered(policy: Snapshot, name: str, qtype: str, address: str, now: float) -> tuple[bytes, Desk]:
    """What the server answers."""
    desk = Desk(policy)
    resolver = desk.resolver
    resolver.local = LOCAL
    desk.change(rebinding=Rebinding(True))
    resolver.designated = designated(NAME, DOT, DOH, "/dns-query")
    resolver.forwarder.routes = {from_text("corp"): (Upstream(UpstreamAddress("192.0.2.200", 53)),)}
    asked = make_query(name, qtype, use_edns=0, id=0).to_wire()
    reply = desk.put_stream(asked, now, address)
    if reply is not None:
        return reply.wire, desk
    while not desk.delivered:
        attempt = next(one for one in desk.sender.sent if one.is_open)
        resolver.forwarder.received(attempt, answers_of(datagram(attempt)), now)
    return desk.delivered[-1].wire, desk


@given(
    st.sampled_from(NAMES),
    st.sampled_from(TYPES),
    st.sampled_from([HQ, UMP, GUEST, STRANGER]),
    st.sampled_from([WORK, LUNCH, TWO - 5.0, TWO]),
)
def test_what_is_explained_is_what_is_answered(
    policy: Snapshot, name: str, qtype: str, address: str, now: float
) -> None:
    found = Explainer(generation(policy), DOT, DOH).explain(
        WhoAsks(address), from_text(name), qtype, now, look_up
    )
    wire, _ = answered(policy, name, qtype, address, now)
    told = read_reply(wire, from_text(name), PLAIN)
    assert (found.rcode, found.answers, found.ede) == (
        told.rcode,
        tuple(told.answers),
        tuple(code for code, _ in told.extended),
    )
    assert (found.decision == "deny") == (15 in found.ede or told.rcode == "REFUSED")


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return snapshot(tmp_path_factory.mktemp("policy"))


CASES = {
    CLIENTS: ("facebook.com", "A", STRANGER, "NOT_SERVED"),
    "unsupported": ("example.com", "AXFR", HQ, "UNSUPPORTED"),
    "discovery": (to_text(QUESTION), "SVCB", HQ, "DISCOVERY"),
    "policy": ("www.facebook.com", "A", HQ, "WORKING_HOURS"),
    "local": ("printer.office", "A", HQ, "LOCAL_RECORD"),
    "special": ("x.onion", "A", HQ, "SPECIAL_NAME"),
    "any": ("www.example.com", "ANY", HQ, "ANY_TYPE"),
    "cache": ("www.example.com", "A", HQ, "NOT_LISTED"),
    UPSTREAM: ("www.example.com", "A", HQ, "NOT_LISTED"),
}


def test_every_stage_is_tried() -> None:
    assert [*CASES] == [CLIENTS, *(stage.name for stage in STAGES), UPSTREAM]


@pytest.mark.parametrize("stage", CASES)
def test_the_stage_that_ended_it_is_told(policy: Snapshot, stage: str) -> None:
    name, qtype, address, reason = CASES[stage]
    looking = look_up if stage == "cache" else None
    found = Explainer(generation(policy), DOT, DOH).explain(
        WhoAsks(address), from_text(name), qtype, WORK, looking
    )
    assert (found.stage, found.reason_code) == (stage, reason)
    if stage == UPSTREAM:
        assert (found.rcode, found.answers) == (None, ())
    else:
        wire, _ = answered(policy, name, qtype, address, WORK)
        assert found.rcode == read_reply(wire, from_text(name), PLAIN).rcode


def test_the_target_its_list_and_its_line_are_told(policy: Snapshot) -> None:
    explainer = Explainer(generation(policy))
    for name in ("share.corp", "hop.corp", "alias.office"):
        found = explainer.explain(WhoAsks(HQ), from_text(name), "A", WORK, look_up)
        assert (found.decision, found.target) == ("deny", "www.facebook.com")
        assert (found.listed, found.list, found.line) == ("facebook.com", "site:social.txt", 1)
    found = explainer.explain(WhoAsks(HQ), from_text("open.corp"), "A", WORK, look_up)
    assert (found.decision, found.target, found.listed) == (
        "permit",
        "chat.whatsapp.com",
        "whatsapp.com",
    )


def test_an_inside_address_that_is_kept_back_is_told(policy: Snapshot) -> None:
    found = Explainer(generation(policy)).explain(
        WhoAsks(HQ), from_text("inside.example"), "A", WORK, look_up
    )
    assert (found.decision, found.reason_code, found.answers) == ("deny", "PRIVATE_ADDRESS", ())


def test_what_no_upstream_answers_is_told(policy: Snapshot) -> None:
    found = Explainer(generation(policy)).explain(
        WhoAsks(HQ), from_text("www.example.com"), "A", WORK, lambda key: Unknown()
    )
    assert (found.rcode, found.ede, found.validation) == ("SERVFAIL", (22,), ())


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (6, "bogus"),
        (7, "expired"),
        (8, "not valid yet"),
        (9, "no key"),
        (10, "without signatures"),
        (11, "key of a zone"),
        (12, "proof"),
    ],
)
def test_what_is_wrong_with_dnssec_is_told_in_words(policy: Snapshot, code: int, word: str) -> None:
    errors = ede_option(code, "upstream: www.example.com")
    found = Explainer(generation(policy)).explain(
        WhoAsks(HQ), from_text("www.example.com"), "A", WORK, lambda key: Unknown(errors)
    )
    assert (found.rcode, found.ede) == ("SERVFAIL", (22, code))
    (said,) = found.validation
    assert word in str(said)


def test_what_is_not_to_be_kept_is_told_too(policy: Snapshot) -> None:
    found = Explainer(generation(policy)).explain(WhoAsks(HQ), from_text("brief.example"), "A", WORK, look_up)
    assert found.answers == ("brief.example. 0 A 192.0.2.5",)


@pytest.mark.parametrize("qtype", ["A;B", "", "NONSENSE", "TYPE0", "TYPE65536", "OPT"])
def test_what_is_no_type(policy: Snapshot, qtype: str) -> None:
    with pytest.raises(BadInput):
        Explainer(generation(policy)).explain(WhoAsks(HQ), from_text("a.example"), qtype, WORK)


@example(53)
@given(st.integers(1, 0xFFFF))
def test_a_type_has_one_name(number: int) -> None:
    assert type_number(type_name(number)) in (number, None)


@pytest.mark.parametrize("number", range(1, 300))
def test_a_type_has_the_name_that_others_give_it(number: int) -> None:
    if not type_name(number).startswith("TYPE"):
        assert type_name(number) in ("ANY", dns.rdatatype.to_text(dns.rdatatype.RdataType.make(number)))


def test_a_relay_comes_whole_through_json() -> None:
    one, sender = forwarder()
    told: list[Any] = []
    key = Key(from_text("www.example.com"), 1, False, False)
    one.ask(key, lambda outcome, now: told.append(outcome), 0.0)
    records = [f"www.example.com. 300 IN A 192.0.2.{at}" for at in (1, 2)]
    one.received(sender.last(), reply_to(sender.last(), *records), 0.0)
    for relay in (told[0], told[0]._replace(errors=b"\0\x0f\0\2\0\6", leads_to=(key.qname,))):
        assert len(relay) == len(UpstreamAnswer._fields)
        said = ANSWERS.read(ANSWERS.line(Told(relayed(relay), 1.5)))
        assert isinstance(said, Told) and said.age == 1.5
        assert answer_of(said.relay) == relay
