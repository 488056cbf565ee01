"""The three zones over edges, switches, a stepped clock and a restart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.feeds.feed import HOURS, ZONES, Feed, check_name
from sm_dns.feeds.primary import journal
from sm_dns.feeds.zones.gate import EVERY_NAME
from sm_dns.feeds.zones.serials import is_newer, next_serial
from sm_dns.lists.index_writer import write_index
from sm_dns.policy import snapshot
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.util.errors import BadInput
from tests.policy.office import at
from tests.support.response_policy import outcome, zone

CLOSED, OPEN_EDGE, CLOSE_EDGE = at("2026-08-10T12:59:59"), at("2026-08-10T13:00"), at("2026-08-10T14:00")
DOCUMENT: dict[str, Any] = {"groups": [{"name": "hq", "clients": ["10.0.0.0/8"]}]}


@pytest.fixture
def generation(tmp_path: Path) -> Path:
    directory = tmp_path / "generation"
    directory.mkdir()
    write_index(directory / NAMES_FILE, [])
    snapshot.write(directory, DOCUMENT)
    return directory


def started(tmp_path: Path, generation: Path) -> Feed:
    feed = Feed("smdns", tmp_path, 0.0)
    feed.adopt(generation)
    return feed


def keep(feed: Feed) -> None:
    """Write down what the process would."""
    for path, kept in feed.to_keep(feed.zones.values()):
        journal.keep(path, kept)


def is_open(feed: Feed) -> bool:
    return any(rule.owner == EVERY_NAME for rule in feed.zones["gate"].rules)


def test_an_edge_changes_the_gate_alone_and_its_serial_is_the_instant(
    tmp_path: Path, generation: Path
) -> None:
    feed = started(tmp_path, generation)
    assert len(feed.turn(CLOSED)) == 3
    assert not is_open(feed)
    assert feed.turn(OPEN_EDGE - 0.01) == []
    assert feed.turn(OPEN_EDGE + 0.04) == [feed.zones["gate"]]
    assert is_open(feed)
    assert feed.zones["gate"].serial == int(OPEN_EDGE)
    assert feed.zones["gate"].changed == OPEN_EDGE
    # Another primary with the same policy, which was started at another time, has the same serial.
    other = Feed("smdns", tmp_path / "other", 0.0)
    other.adopt(generation)
    other.turn(CLOSED - 3_000)
    other.turn(OPEN_EDGE + 0.2)
    assert other.zones["gate"].serial == feed.zones["gate"].serial


def test_the_name_of_the_hours_is_open_and_closed_as_listed_names_are(
    tmp_path: Path, generation: Path
) -> None:
    feed = started(tmp_path, generation)
    asked = from_text(check_name(HOURS, "smdns"))
    for now, wanted in ((CLOSED, "sinkhole"), (OPEN_EDGE, "pass"), (CLOSE_EDGE, "sinkhole")):
        feed.turn(now)
        zones = [zone(feed.zones[short].records()[1:]) for short in ZONES]
        assert outcome(zones, "10.0.0.1", asked) == wanted


def test_a_clock_that_is_set_back_takes_no_serial_back(tmp_path: Path, generation: Path) -> None:
    feed = started(tmp_path, generation)
    feed.turn(OPEN_EDGE + 1)
    serial = feed.zones["gate"].serial
    assert feed.turn(CLOSED) == [feed.zones["gate"]]
    assert not is_open(feed)
    assert feed.zones["gate"].serial == serial + 1
    assert feed.turn(OPEN_EDGE) == [feed.zones["gate"]]
    assert feed.zones["gate"].serial == serial + 2


def test_a_restart_goes_on_from_what_was(tmp_path: Path, generation: Path) -> None:
    feed = started(tmp_path, generation)
    feed.turn(CLOSED)
    first = feed.zones["gate"].serial
    feed.turn(OPEN_EDGE)
    keep(feed)
    again = started(tmp_path, generation)
    assert again.turn(OPEN_EDGE + 60) == []
    gate = again.zones["gate"]
    assert (gate.serial, is_open(again)) == (int(OPEN_EDGE), True)
    assert gate.since(first) is not None
    # What passed while nobody was there is one more change.
    late = started(tmp_path, generation)
    assert late.turn(CLOSE_EDGE + 600) == [late.zones["gate"]]
    assert not is_open(late)
    assert late.zones["gate"].since(first) is not None


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"serial": "x"})])
def test_a_damaged_journal_begins_anew(tmp_path: Path, generation: Path, text: str) -> None:
    (tmp_path / "gate.json").write_text(text)
    feed = started(tmp_path, generation)
    assert feed.zones["gate"] in feed.turn(OPEN_EDGE)
    assert feed.zones["gate"].serial == int(OPEN_EDGE)


def test_switches_hold_at_once(tmp_path: Path, generation: Path) -> None:
    feed = started(tmp_path, generation)
    feed.turn(CLOSED)
    feed.heed((Switch("S", "open", "social", None, (), "x", "y", int(CLOSED) - 5, int(CLOSED) + 5),))
    assert feed.turn(CLOSED) == [feed.zones["gate"]]
    assert is_open(feed)
    assert feed.turn(CLOSED + 6) == []  # the hours have opened meanwhile
    assert is_open(feed)


def test_a_policy_that_cannot_be_read_is_refused(tmp_path: Path, generation: Path) -> None:
    feed = started(tmp_path, generation)
    feed.turn(CLOSED)
    with pytest.raises(BadInput):
        feed.adopt(tmp_path / "nowhere")
    assert feed.turn(OPEN_EDGE) == [feed.zones["gate"]]


def test_serials_only_grow() -> None:
    assert next_serial(None, 5.9) == 5
    assert next_serial(5, 7) == 7
    assert next_serial(7, 7) == 8
    assert next_serial(9, 7) == 10
    assert next_serial(0xFFFFFFFF, 0) == 1
    assert next_serial(10, 0x9000_0000) == 11  # so far ahead that it would be taken for older
    assert is_newer(1, 0xFFFFFFFF)
    assert not is_newer(0xFFFFFFFF, 1)
    assert not is_newer(3, 3)
