"""What a server does by the three zones is what sm-dns would do, whoever asks for whatever at any instant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.feeds.zones.gate import gate_state
from sm_dns.feeds.zones.names import Writer, name_rules
from sm_dns.feeds.zones.places import places
from sm_dns.feeds.zones.verdicts import Verdicts
from sm_dns.policy.decide import decide
from sm_dns.policy.snapshot import Snapshot, from_document
from tests.policy.office import Listing, Row, at, tag
from tests.support.response_policy import Zone, outcome, zone

LABELS = ("a", "b", "c")
HOURS = [at(f"2026-08-10T{hour:02}:30") for hour in range(24)] + [at("2026-08-16T12:00")]
ADDRESSES = ("10.1.0.5", "10.1.2.5", "10.2.0.9", "192.168.7.7", "2001:db8:5::1", "fd00::7")
ALLOWED, STREAMING, SOCIAL, OTHER, CHAT = (
    tag("allow", "press"),
    tag("streaming", "films", "nodata"),
    tag("social", "friends"),
    tag("social", "films", "nxdomain"),
    tag("messaging", "chat"),
)

names = st.lists(st.sampled_from(LABELS), min_size=1, max_size=4).map(
    lambda parts: ".".join((*parts, "test"))
)
rows = st.lists(
    st.tuples(names, st.sampled_from((ALLOWED, STREAMING, SOCIAL, OTHER, CHAT)), st.booleans()), max_size=8
)
modes = st.sampled_from(("enforce", "enforce", "enforce", "monitor", "off"))


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "schedules": {
            "office": {},
            "late": {"work_start": "10:00", "after_start": "19:00"},
            "coming": {"effective_from": "2026-08-10T15:00"},
        },
        "default_schedule": "office",
        "groups": [
            {
                "name": "hq",
                "clients": ["10.1.0.0/16", "2001:db8:5::/48"],
                "mode": draw(modes),
                "schedule": "office",
            },
            {
                "name": "floor",
                "clients": ["10.1.2.0/24"],
                "mode": draw(modes),
                "schedule": draw(st.sampled_from(("late", "coming"))),
            },
            {"name": "rest", "clients": ["10.2.0.0/24"], "mode": draw(modes), "schedule": "late"},
        ],
        "exemptions": draw(
            st.lists(
                st.sampled_from(
                    [
                        {
                            "id": "E1",
                            "network": "10.1.2.0/25",
                            "category": "social",
                            "approver": "x",
                            "reason": "y",
                            "starts": at("2026-08-10T09:00"),
                            "expires": at("2026-08-10T12:00"),
                        }
                    ]
                ),
                max_size=1,
            )
        ),
        "services": draw(st.sampled_from(([], [{"service": "films", "action": "permit"}]))),
    }


def feed(snapshot: Snapshot, listed: list[Row], now: float) -> list[Zone]:
    verdicts = Verdicts(snapshot)
    rules = name_rules(verdicts, {from_text(name) for name, _, _ in listed})
    gate = gate_state(snapshot, places(snapshot.clients), now)
    writer = Writer(snapshot)
    always = [*gate.client_records(), *writer.records("always", rules)]
    return [zone(always), zone(gate.gate_records()), zone(writer.records("social", rules))]


@given(
    rows,
    policies(),
    st.sampled_from(HOURS),
    st.sampled_from(ADDRESSES),
    st.lists(names, min_size=1, max_size=6),
)
def test_zones_say_what_the_policy_says(
    listed: list[Row], document: dict[str, Any], now: float, address: str, asked: list[str]
) -> None:
    snapshot = replace(from_document(document, Listing([])), names=Listing(listed))
    zones = feed(snapshot, listed, now)
    client = snapshot.clients.classify(address)
    assert client is not None
    for name in (*asked, *(name for name, _, _ in listed)):
        qname = from_text(name)
        wanted = decide(snapshot, client, qname, now)
        got = outcome(zones, address, qname)
        if wanted.action == "deny":
            assert got == wanted.answer, (name, wanted)
        else:
            assert got in ("pass", "none"), (name, wanted)


@given(policies(), st.sampled_from(HOURS))
def test_nothing_changes_before_the_instant_that_is_named(document: dict[str, Any], now: float) -> None:
    snapshot = from_document(document, Listing([]))
    where = places(snapshot.clients)
    state = gate_state(snapshot, where, now)
    assert state.until is None or state.until > now
    later = (state.until or now + 86_400) - 0.001
    assert gate_state(snapshot, where, later).gate_records() == state.gate_records()
    assert gate_state(snapshot, where, later).client_records() == state.client_records()
