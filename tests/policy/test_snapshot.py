from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sm_dns.dns.names import from_text
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index_writer import write_index
from sm_dns.policy.decide import decide
from sm_dns.policy.snapshot import NAMES_FILE, load, write
from sm_dns.util.errors import BadInput
from tests.policy.office import CATEGORIES, GROUPS, HQ, SCHEDULES, at, client, exemption, tag

ROWS = [
    (Entry(from_text("facebook.com"), False, 1), tag("social", "facebook")),
    (Entry(from_text("youtube.com"), False, 7, answer="nodata"), tag("streaming", "youtube")),
]
DOCUMENT: dict[str, Any] = {
    "schedules": SCHEDULES,
    "groups": GROUPS,
    "categories": CATEGORIES,
    "exemptions": [exemption(reason="akhbar — “siaran”")],
    "sinkhole_ipv4": "10.1.0.53",
    "sinkhole_ipv6": "FD00::0:35",
    "denied_ttl": 30,
    "permitted_ttl": 120,
    "signals_in_monitor": True,
    "generation": 7,
}


def made(directory: Path, document: dict[str, Any], rows: list[tuple[Entry, Tag]] = ROWS) -> str:
    directory.mkdir(exist_ok=True)
    write_index(directory / NAMES_FILE, rows)
    return write(directory, document)


def test_what_is_written_is_loaded(tmp_path: Path) -> None:
    version = made(tmp_path, DOCUMENT)
    snapshot = load(tmp_path)
    assert (snapshot.generation, snapshot.version) == (7, version)
    assert (snapshot.sinkhole_ipv4, snapshot.sinkhole_ipv6) == ("10.1.0.53", "fd00::35")
    assert (snapshot.denied_ttl, snapshot.permitted_ttl, snapshot.signals_in_monitor) == (30, 120, True)
    assert list(snapshot.schedules) == ["default", "later"]
    assert snapshot.schedules["later"].effective_from == at("2026-08-10T13:30")
    assert list(snapshot.clients.groups) == ["hq", "ump", "guest", "later", "default"]
    assert list(snapshot.categories) == [
        "allow",
        "streaming",
        "bypass",
        "games",
        "betting",
        "social",
        "messaging",
    ]
    [used] = client(snapshot, HQ).exemptions
    assert str(used.reason) == "akhbar — “siaran”"
    decision = decide(snapshot, client(snapshot, HQ), from_text("www.youtube.com"), at("2026-08-10T10:00"))
    assert decision.match is not None
    assert (decision.reason_code, decision.answer, decision.match.line) == ("STREAMING", "nodata", 7)
    snapshot.names.close()


def test_a_document_with_a_generation_alone_has_safe_defaults(tmp_path: Path) -> None:
    made(tmp_path, {"generation": 1}, [])
    snapshot = load(tmp_path)
    assert list(snapshot.categories) == ["allow", "streaming", "bypass", "social", "messaging"]
    assert (snapshot.sinkhole_ipv4, snapshot.sinkhole_ipv6) == ("0.0.0.0", "::")
    assert (snapshot.denied_ttl, snapshot.permitted_ttl, snapshot.signals_in_monitor) == (60, 300, False)
    assert client(snapshot, "127.0.0.1").group.mode == "enforce"
    assert len(snapshot.names) == 0
    snapshot.names.close()


def test_the_same_policy_has_the_same_version_and_another_one_another(tmp_path: Path) -> None:
    first = made(tmp_path / "a", DOCUMENT)
    again = made(tmp_path / "b", {**dict(reversed(DOCUMENT.items())), "generation": 8, "version": "old"})
    assert first == again
    others = {
        made(tmp_path / "c", {**DOCUMENT, "denied_ttl": 31}),
        made(tmp_path / "d", {**DOCUMENT, "schedules": {**SCHEDULES, "default": {"work_start": "08:00"}}}),
        made(tmp_path / "e", DOCUMENT, ROWS[:1]),
        made(tmp_path / "f", DOCUMENT, [(ROWS[0][0], tag("streaming", "facebook")), ROWS[1]]),
    }
    assert len(others | {first}) == 5


@pytest.mark.parametrize(
    ("schedules", "expected"),
    [({"z": {}, "a": {}}, "z"), ({"z": {}, "default": {}}, "default"), ({"only": {}}, "only")],
)
def test_private_clients_in_no_group_follow_the_default_or_the_first_schedule(
    tmp_path: Path, schedules: dict[str, Any], expected: str
) -> None:
    made(tmp_path, {"generation": 1, "schedules": schedules})
    snapshot = load(tmp_path)
    assert client(snapshot, "192.168.0.1").group.schedule == expected
    snapshot.names.close()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schedule": {}}, "schedule: unknown key"),
        ({"schedules": {"default": {"rest": ["14:00", "13:00"]}}}, "schedules.default.rest: "),
        ({"schedules": {}}, "no schedule is named"),
        ({"schedules": 5}, "schedules: "),
        ({"default_schedule": ["default"]}, "default_schedule: "),
        ({"default_schedule": "night"}, "'default': no schedule is named 'night'"),
        (
            {"groups": [{"name": "x", "clients": ["10.0.0.0/8"], "schedule": "night"}]},
            "'x': no schedule is named 'night'",
        ),
        ({"groups": [{"name": "x", "clients": ["10.0.0.0"], "mode": "maybe"}]}, "groups[0].mode: "),
        ({"categories": [{"name": "x"}]}, "categories[0].action: "),
        ({"exemptions": [{}]}, "exemptions[0].id: "),
        ({"sinkhole_ipv4": "::1"}, "sinkhole_ipv4: "),
        ({"sinkhole_ipv6": "10.0.0.1"}, "sinkhole_ipv6: "),
        ({"denied_ttl": -1}, "denied_ttl: "),
        ({"permitted_ttl": "300"}, "permitted_ttl: "),
        ({"signals_in_monitor": 1}, "signals_in_monitor: "),
        ({"generation": "7"}, "generation: "),
    ],
)
def test_a_bad_document_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadInput) as caught:
        write(tmp_path, {"generation": 1, **changes})
    assert message in str(caught.value.reason)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_directory_is_refused_with_the_file(tmp_path: Path) -> None:
    made(tmp_path, DOCUMENT)
    policy, names = tmp_path / "policy.json", tmp_path / "names.idx"
    whole = policy.read_text(encoding="utf-8")
    unknown_key = json.dumps({**json.loads(whole), "extra": 1}).encode()
    for content in (whole[:-20].encode(), b"[]", b"\xff", unknown_key):
        policy.write_bytes(content)
        with pytest.raises(BadInput) as caught:
            load(tmp_path)
        assert caught.value.file == str(policy)
    policy.write_text(whole, encoding="utf-8")
    names.write_bytes(names.read_bytes()[:-1])
    with pytest.raises(BadInput) as caught:
        load(tmp_path)
    assert caught.value.file == str(names)
    policy.unlink()
    with pytest.raises(BadInput) as caught:
        load(tmp_path)
    assert caught.value.file == str(policy)
