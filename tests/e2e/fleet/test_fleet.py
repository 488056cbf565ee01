"""Two and three real servers: one policy, changed at the primary, in force on every node within two seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.fleet.fleet import Server, wait_until
from tests.support.unbound import Unbound

IN_FORCE_SECONDS = 2.0
NAME = "social.example"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, upstream: Unbound) -> Iterator[tuple[Server, Server]]:
    folder: Path = tmp_path_factory.mktemp("fleet")
    primary = Server(folder / "one", upstream.address, "one", "primary")
    node = Server(folder / "two", upstream.address, "two", "node")
    node.write_member(schedule="{holiday_mode: closed}")
    try:
        primary.start()
        node.start()
        node.join(primary)
        yield primary, node
    finally:
        node.close()
        primary.close()


def is_denied(server: Server, name: str) -> bool:
    return server.dig(name).data == ["0.0.0.0"]


def test_a_change_at_the_primary_is_in_force_on_the_node_within_two_seconds(
    servers: tuple[Server, Server],
) -> None:
    primary, node = servers
    assert not is_denied(node, NAME)
    done = primary.run("domains", "add", NAME, "--category", "streaming", "--reason", "a circular")
    said = time.monotonic()
    assert done.returncode == 0, done.stderr
    assert is_denied(primary, NAME)
    wait_until(lambda: is_denied(node, NAME), "the node does not deny it")
    took = time.monotonic() - said
    print(f"in force on the node {took:.2f} s after the command had ended at the primary")
    assert took < IN_FORCE_SECONDS
    assert node.place() == primary.place()
    assert [each["is_in_force"] for each in primary.fleet()["members"]] == [True, True]


def test_the_nodes_audit_tells_who_made_it_and_why(servers: tuple[Server, Server]) -> None:
    _, node = servers
    lines = node.json("audit", "show")
    took = [line for line in lines if line["action"] == "fleet took"]
    assert took[-1]["why"] == "a circular"
    assert took[-1]["detail"]["done"] == "domains add" and took[-1]["detail"]["leader"] == "one"
    assert node.run("audit", "verify").returncode == 0


def test_a_pause_is_in_force_on_the_node_at_once_and_ends(servers: tuple[Server, Server]) -> None:
    primary, node = servers
    assert primary.run("pause", "10m", "--reason", "an exercise").returncode == 0
    said = time.monotonic()
    wait_until(lambda: not is_denied(node, NAME), "the node still denies it")
    assert time.monotonic() - said < IN_FORCE_SECONDS
    assert primary.run("resume", "--reason", "the end of it").returncode == 0
    wait_until(lambda: is_denied(node, NAME), "the node does not deny it again")


def test_an_edited_configuration_travels_and_one_that_is_wrong_does_not(
    servers: tuple[Server, Server],
) -> None:
    primary, node = servers
    before = primary.place()
    primary.write_member("optional_services: [nonsense]")
    wait_until(lambda: primary.status()["last_error"] is not None, "the primary takes nonsense")
    assert node.place() == before
    primary.write_member("categories: {streaming: {answer: nxdomain}}")
    wait_until(lambda: node.dig(NAME).status == "NXDOMAIN", "the node does not answer so")
    primary.write_member()
    wait_until(lambda: is_denied(node, NAME), "the node does not answer as before")


def test_a_change_on_the_node_alone_is_refused_with_what_to_do(servers: tuple[Server, Server]) -> None:
    primary, node = servers
    before = primary.place()
    for process in (primary,):
        process.stop()
    try:
        done = node.run("domains", "add", "other.example", "--category", "streaming")
        assert done.returncode == 2 and "promote" in done.stderr, done.stdout + done.stderr
        assert is_denied(node, NAME) and not is_denied(node, "other.example")
        assert node.place() == before
    finally:
        primary.start()
    wait_until(lambda: node.fleet()["findings"] == [], "the node does not come back")
