"""The gate over the edges of an ordinary office, record by record."""

from __future__ import annotations

from typing import Any

from sm_dns.dns.names import to_text
from sm_dns.feeds.zones.gate import gate_state
from sm_dns.feeds.zones.places import places
from sm_dns.feeds.zones.records import Record
from sm_dns.feeds.zones.untold import untold
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.snapshot import Snapshot, from_document
from tests.policy.office import Listing, at

ONE_SCHEDULE = {"groups": [{"name": "hq", "clients": ["10.1.0.0/16"]}]}
TWO_SCHEDULES = {
    "schedules": {"default": {}, "late": {"work_start": "10:00", "after_start": "19:00"}},
    "groups": [
        {"name": "hq", "clients": ["10.1.0.0/16"]},
        {"name": "hub", "clients": ["10.1.2.0/24", "10.9.0.0/16"], "schedule": "late"},
    ],
}
MORNING, LUNCH, BETWEEN, EVENING = (at(f"2026-08-10T{hour}") for hour in ("10:30", "13:15", "18:00", "20:00"))


def policy(document: dict[str, Any]) -> Snapshot:
    return from_document(document, Listing([]))


def gate(snapshot: Snapshot, now: float) -> list[str]:
    return owners(gate_state(snapshot, places(snapshot.clients), now).gate_records())


def owners(records: tuple[Record, ...]) -> list[str]:
    return [to_text(each.owner + b"\0") for each in records]


def test_one_schedule_is_one_record() -> None:
    snapshot = policy(ONE_SCHEDULE)
    assert gate(snapshot, MORNING) == []
    assert gate(snapshot, LUNCH) == ["*"]
    state = gate_state(snapshot, places(snapshot.clients), LUNCH)
    assert state.until == at("2026-08-10T14:00")
    assert state.client_records() == ()


def test_another_schedule_opens_by_its_networks() -> None:
    snapshot = policy(TWO_SCHEDULES)
    assert gate(snapshot, MORNING) == []
    assert gate(snapshot, LUNCH) == gate(snapshot, EVENING) == ["*"]
    between = gate(snapshot, BETWEEN)
    # What is open is not the hub's, though one of its networks lies within an open one.
    assert "24.0.2.1.10.rpz-client-ip" not in between
    assert "16.0.0.9.10.rpz-client-ip" not in between
    assert "17.0.128.1.10.rpz-client-ip" in between
    assert "12.0.0.16.172.rpz-client-ip" in between


def test_a_pause_lets_everybody_by_everything() -> None:
    snapshot = policy(ONE_SCHEDULE)
    pause = Switch("S1", "pause", None, None, (), "x", "y", int(MORNING) - 60, int(MORNING) + 60)
    switched = snapshot.switched([pause])
    state = gate_state(switched, places(switched.clients), MORNING)
    assert owners(state.client_records()) == [
        "1.0.0.0.0.rpz-client-ip",
        "1.0.0.0.128.rpz-client-ip",
        "1.zz.rpz-client-ip",
        "1.zz.8000.rpz-client-ip",
    ]
    assert state.until == int(MORNING) + 60
    assert list(untold(switched)) == []


def test_a_switch_for_a_network() -> None:
    snapshot = policy(ONE_SCHEDULE)
    opened = Switch(
        "S1", "open", "social", None, ("network:10.1.3.0/24",), "x", "y", int(MORNING) - 60, int(MORNING) + 60
    )
    assert gate(snapshot.switched([opened]), MORNING) == ["24.0.3.1.10.rpz-client-ip"]


def test_what_no_zone_can_say_is_said() -> None:
    exemption = {"approver": "x", "reason": "y", "starts": 0, "expires": 9_999_999_999}
    snapshot = policy(
        {
            "groups": [{"name": "lab", "clients": ["10.1.0.0/16", "3c:22:fb:01:02:03"]}],
            "services": [{"service": "youtube", "action": "permit", "who": ["group:lab"]}],
            "exemptions": [
                {"id": "E1", "group": "lab", "service": "facebook", **exemption},
                {"id": "E2", "group": "lab", "category": "streaming", **exemption},
                {"id": "E3", "group": "lab", "category": "social", **exemption},
                {"id": "E4", "group": "lab", "category": "social", "who": "host:pc-017", **exemption},
            ],
        }
    )
    closed = Switch("S1", "close", None, "facebook", (), "x", "y", 0, 9_999_999_999)
    told = [str(each) for each in untold(snapshot.switched([closed]))]
    for part in ("'lab'", "'youtube'", "E1:", "E2:", "E4:", "S1:"):
        assert sum(part in each for each in told) == 1, part
    assert len(told) == 6
    # The one that a zone can tell opens the network.
    assert "16.0.0.1.10.rpz-client-ip" in gate(snapshot, MORNING)
