"""A question on its way: its key upstream, and a decision that is made anew when it may have changed."""

from __future__ import annotations

from pathlib import Path

import dns.flags
import pytest

from sm_dns.dns.names import from_text
from sm_dns.dns.scan import scan
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.cache import Key
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.reply import Transport
from tests.support.desk import HQ, LUNCH, TWO, snapshot
from tests.support.messages import query


def context(policy: Snapshot, asked: bytes) -> QueryContext:
    client = policy.clients.classify(HQ)
    assert client is not None
    return QueryContext(scan(asked), HQ, client, Transport(lambda _: 512), lambda reply, now: None)


@pytest.mark.parametrize("dnssec_ok", [False, True])
@pytest.mark.parametrize("flags", [0, dns.flags.CD])
def test_the_key_is_the_question_without_its_asker(policy: Snapshot, dnssec_ok: bool, flags: int) -> None:
    asked = query("WwW.example.com", "AAAA", use_edns=0, want_dnssec=dnssec_ok, flags=flags)
    assert context(policy, asked).key == Key(from_text("www.example.com"), 28, dnssec_ok, bool(flags))


def test_a_decision_holds_until_it_may_change(policy: Snapshot, directory: Path) -> None:
    one = context(policy, query("facebook.com"))
    first = one.decision(policy, LUNCH)
    assert first.action == "permit"
    assert one.decision(policy, TWO - 0.001) is first
    assert one.decision(policy, TWO).action == "deny"
    assert one.decision(policy, LUNCH - 3600).action == "deny"  # the clock was set back
    other = snapshot(directory, categories=[])
    assert one.decision(other, TWO).action == "forward"
