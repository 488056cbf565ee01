"""What a worker counts of its answers: governed names only, the same with the packet cache and without it."""

from __future__ import annotations

from collections import Counter as Multiset
from pathlib import Path

import dns.query
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.codes import Type
from sm_dns.dns.names import from_text, to_text
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index import NameIndex
from sm_dns.lists.index_writer import write_index
from sm_dns.monitor.counts import Label
from sm_dns.policy.snapshot import Snapshot, from_document
from sm_dns.serve.clients import udp
from sm_dns.serve.usage_counter import UsageCounter
from tests.support.desk import DOCUMENT, GUEST, HQ, LUNCH, ONE, TWO, UMP, WORK
from tests.support.forwarding import reply_to
from tests.support.listening import Counter, ForgetfulCounter, SetClock
from tests.support.messages import make_query, query
from tests.support.workers import PATIENCE, running_worker, write_generation


def counter(
    policy: Snapshot, now: float, kind: type[Counter], monkeypatch: pytest.MonkeyPatch
) -> tuple[Counter, SetClock]:
    clock = SetClock(now)
    monkeypatch.setattr(udp, "monotonic", clock.now)
    one = kind(policy, clock)
    one.desk.resolver.count = UsageCounter(one.counters, policy, is_on=True)
    return one, clock


def counted(one: Counter, now: float) -> dict[tuple[str, Label], int]:
    batch, more = one.counters.take(now, 1_000)
    assert not more
    return {(count.client, count.label): count.queries for count in batch.counts}


@pytest.mark.parametrize(
    ("name", "qtype", "address", "now", "label"),
    [
        ("facebook.com", "A", HQ, WORK, Label("facebook.com", "social", "denied", True, "")),
        ("www.facebook.com", "AAAA", HQ, WORK, Label("facebook.com", "social", "denied", True, "")),
        ("facebook.com", "HTTPS", HQ, WORK, Label("facebook.com", "social", "denied", True, "")),
        ("facebook.com", "TXT", HQ, WORK, Label("facebook.com", "social", "denied", False, "")),
        ("facebook.com", "A", UMP, WORK, Label("facebook.com", "social", "would_deny", True, "")),
        ("facebook.com", "A", HQ, LUNCH, Label("facebook.com", "social", "permitted", True, "")),
        ("youtube.com", "A", HQ, LUNCH, Label("youtube.com", "streaming", "denied", True, "")),
        ("dns.google", "A", HQ, LUNCH, Label("dns.google", "bypass", "denied", True, "")),
        ("www.example.com", "A", HQ, WORK, None),
        ("whatsapp.com", "A", HQ, WORK, None),
        ("press.facebook.com", "A", HQ, WORK, None),
        ("facebook.com", "A", GUEST, WORK, None),
    ],
)  # fmt: skip
def test_what_is_counted(
    policy: Snapshot,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    qtype: str,
    address: str,
    now: float,
    label: Label | None,
) -> None:
    one, _ = counter(policy, now, Counter, monkeypatch)
    one.hand_in(query(name, qtype), address)
    if not one.box.sent:
        one.desk.upstream_says(now)
    assert len(one.box.sent) == 1
    assert counted(one, now) == ({} if label is None else {(address, label): 1})


def test_an_answer_is_counted_by_the_name_that_its_chain_was_denied_for(
    policy: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = counter(policy, WORK, Counter, monkeypatch)
    for _ in range(2):
        one.hand_in(query("www.example.com"), HQ)
        if len(one.box.sent) == 0:
            one.desk.upstream_says(
                WORK, "www.example.com. 300 IN CNAME facebook.com.", "facebook.com. 30 IN A 192.0.2.1"
            )
    assert counted(one, WORK) == {(HQ, Label("facebook.com", "social", "denied", True, "")): 2}


def test_the_decision_that_counts_is_that_of_the_answer(
    policy: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, clock = counter(policy, ONE + 3599, Counter, monkeypatch)
    one.hand_in(query("facebook.com"), HQ)
    clock.time = TWO
    one.desk.upstream_says(TWO, "facebook.com. 300 IN A 192.0.2.1")
    assert counted(one, TWO) == {(HQ, Label("facebook.com", "social", "denied", True, "")): 1}


def test_an_embedded_name_is_no_visit_and_an_exemption_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(
        tmp_path / "names.idx",
        [
            (Entry(from_text("facebook.com"), False, 1), Tag("social", "facebook", "x")),
            (Entry(from_text("graph.facebook.com"), False, 2, embedded=True), Tag("social", "facebook", "x")),
        ],
    )
    whole = {
        **DOCUMENT,
        "exemptions": [
            {
                "id": "e1", "group": "hq", "category": "social", "approver": "Head of IT", "reason": "official page",
                "starts": int(WORK) - 10, "expires": int(WORK) + 10,
            }
        ],
    }  # fmt: skip
    policy = from_document(whole, NameIndex.open(tmp_path / "names.idx"))
    one, _ = counter(policy, WORK, Counter, monkeypatch)
    for name in ("facebook.com", "graph.facebook.com"):
        one.hand_in(query(name), HQ)
        one.desk.upstream_says(WORK, f"{name}. 300 IN A 192.0.2.1")
    assert counted(one, WORK) == {
        (HQ, Label("facebook", "social", "exempt", True, "e1")): 1,
        (HQ, Label("facebook", "social", "exempt", False, "e1")): 1,
    }


def test_nothing_is_counted_where_monitoring_is_off(
    policy: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = counter(policy, WORK, Counter, monkeypatch)
    one.desk.resolver.count = UsageCounter(one.counters, policy, is_on=False)
    for _ in range(3):
        one.hand_in(query("facebook.com"), HQ)
    assert counted(one, WORK) == {}


questions = st.lists(
    st.tuples(
        st.sampled_from(["facebook.com", "youtube.com", "www.example.com", "sinkhole.example"]),
        st.sampled_from(["A", "AAAA", "TXT"]),
        st.sampled_from([HQ, UMP, GUEST]),
        st.floats(0, 20),
    ),
    max_size=40,
)


def upstream_says_all(one: Counter, now: float) -> None:
    """Every question in flight is answered; one may have been asked before, to renew what is cached."""
    forwarder = one.desk.resolver.forwarder
    for attempt in list(one.desk.sender.sent):
        name, qtype = to_text(attempt.question[:-4]), attempt.question[-4:-2]
        answers = [f"{name}. 30 IN A 192.0.2.1"] if qtype == Type.A.to_bytes(2, "big") else []
        forwarder.received(attempt, reply_to(attempt, *answers), now)


@given(questions)
def test_the_packet_cache_changes_no_count(
    policy: Snapshot, asked: list[tuple[str, str, str, float]]
) -> None:
    found = []
    for kind in (Counter, ForgetfulCounter):
        with pytest.MonkeyPatch.context() as monkeypatch:
            one, clock = counter(policy, WORK, kind, monkeypatch)
            for name, qtype, address, seconds in asked:
                clock.time += seconds
                waiting = len(one.box.sent)
                one.hand_in(query(name, qtype), address)
                if len(one.box.sent) == waiting:
                    upstream_says_all(one, clock.time)
            found.append(counted(one, clock.time))
    assert found[0] == found[1]
    governed = Multiset(
        address for name, _, address, _ in asked if name != "www.example.com" and address != GUEST
    )
    by_client: Multiset[str] = Multiset()
    for (client, _), queries in found[0].items():
        by_client[client] += queries
    assert by_client == governed


def test_a_worker_hands_over_what_it_counted(tmp_path: Path) -> None:
    place = write_generation(tmp_path, 1, [])
    with running_worker(place) as one:
        for address in ("127.0.0.1", "127.0.0.2"):
            for _ in range(3):
                asked = make_query("youtube.com")
                dns.query.udp(asked, "127.0.0.1", PATIENCE, one.port, source=address)
        said = one.say("tally")
        assert said["event"] == "tally"
        assert not said["more"]
        since, until, counts, lost = said["batch"]
        assert since < until
        assert lost == 0
        assert sorted((client, queries) for _, client, _, queries in counts) == [
            ("127.0.0.1", 3),
            ("127.0.0.2", 3),
        ]
        assert one.say("tally")["batch"][2] == []


def test_a_service_that_a_rule_closes_is_counted(policy: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [{"service": "whatsapp.com", "action": "deny", "who": ["group:hq"]}]
    ruled = from_document({**DOCUMENT, "services": rules}, policy.names)
    one, clock = counter(ruled, WORK, Counter, monkeypatch)
    one.hand_in(query("whatsapp.com"), HQ)
    one.hand_in(query("whatsapp.com"), HQ)
    assert counted(one, clock.now()) == {(HQ, Label("whatsapp.com", "messaging", "denied", True, "")): 2}
