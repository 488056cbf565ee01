from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.peers import ALL, OURS, PURE
from tests.bench.peers.peer import Peer, Task
from tests.bench.peers.response_policy import zone


@pytest.mark.parametrize("peer", ALL, ids=lambda peer: peer.name)
def test_every_peer_is_told_the_whole_task(tmp_path: Path, peer: Peer) -> None:
    task = Task(tmp_path, 50_001, 50_002, ("video1.corp", "video2.corp"))
    command = " ".join(peer.prepare(task))
    assert peer.program in command
    assert str(tmp_path) in command
    told = "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())
    for word in ("50001", "50002", "video1.corp", "video2.corp"):
        assert word in told


def test_peers_have_names_of_their_own() -> None:
    assert len({peer.name for peer in ALL}) == len(ALL)


def test_pure_python_differs_by_its_environment_only(tmp_path: Path) -> None:
    task = Task(tmp_path, 1, 2, ())
    assert PURE.prepare(task) == ["env", "SM_DNS_PURE_PYTHON=1", *OURS.prepare(task)]


def test_a_response_policy_denies_a_name_and_what_is_below() -> None:
    lines = zone(["a.corp"]).splitlines()
    assert lines[-4:] == ["a.corp A 0.0.0.0", "a.corp AAAA ::", "*.a.corp A 0.0.0.0", "*.a.corp AAAA ::"]
