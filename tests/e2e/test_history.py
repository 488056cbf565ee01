"""Why was this closed? The running service keeps each policy, and tells the head of its audit elsewhere."""

from __future__ import annotations

import time

from tests.support.processes import eventually
from tests.support.server import House

FILM = ("--category", "streaming")


def _now() -> str:
    """The local time of the house, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 8 * 3600))


def test_a_past_time_is_explained_by_its_policy_through_changes_and_a_restart(house: House) -> None:
    house.start()
    eventually(lambda: len(house.json("history")) == 1, "the first policy is kept")
    house.json("domains", "add", "portal.corp", *FILM, "--reason", "film", "--by", "ana")
    time.sleep(1.1)  # a time is told to the second: the one in which it was closed began before it was
    closed = _now()
    house.json("domains", "remove", "portal.corp", *FILM, "--reason", "work")
    (found,) = house.json("explain", "portal.corp", "--at", closed)
    assert (found["decision"], found["by"]["id"], found["today"]["decision"]) == ("deny", 2, "forward")
    house.write("ttl: {denied: 7}")
    eventually(lambda: len(house.json("history")) == 4, "an edit by hand is a version too")
    assert house.stop() == 0
    house.start()
    house.reload()
    first, added, removed, edited = house.json("history")
    assert first["causes"] == []
    assert [(one["who"], one["action"], one["why"]) for one in added["causes"]] == [
        ("ana", "domains add", "film")
    ]
    assert removed["difference"] == ["list site:streaming.txt: +0 −1 names (−portal.corp)"]
    assert (edited["causes"][0]["target"], edited["until"]) == (str(house.config), None)
    assert edited["difference"] == ["denied_ttl is 7; it was 60"]
    (found,) = house.json("explain", "portal.corp", "--at", "yesterday 10:12")
    assert found["by"] is None and "what is kept begins at" in found["not_kept"]


def test_a_rehearsal_keeps_no_history(house: House) -> None:
    house.start("--at", "2026-08-10T10:00:00")
    house.reload()
    assert house.json("history") == []


def test_the_head_of_the_audit_is_told_and_a_place_that_refuses_is_a_warning(house: House) -> None:
    heads = house.directory / "heads"
    house.write("audit: {push_head: {every: 1m, to: ['file:heads', 'file:/proc/nowhere']}}")
    house.start()
    eventually(heads.exists, "the head is told")
    assert house.run("audit", "verify", "--heads", str(heads)).returncode == 0
    eventually(
        lambda: any("file:/proc/nowhere" in one["text"] for one in house.status()["findings"]),
        "it is a warning",
    )
