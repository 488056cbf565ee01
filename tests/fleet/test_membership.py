"""A server that is a member and has lost what makes it one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from sm_dns.cli.main import cli
from sm_dns.fleet.bundles.bundle import NO_BASE, Member
from sm_dns.fleet.bundles.standing import Standing
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.identity import load_or_make
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.membership import Membership
from sm_dns.fleet.talk.following import Talk, connect
from sm_dns.fleet.talk.messages import PROTOCOL, Hello
from sm_dns.fleet.talk.wire import Gone
from sm_dns.generation.fleet import FleetPlan, FleetStart
from sm_dns.settings.endpoint import Endpoint
from sm_dns.util.errors import BadInput
from tests.support.changes import put as put_files
from tests.support.processes import STEP_SECONDS, free_port

SECONDS = 20.0

CONFIG = """\
listen: ["127.0.0.1:5335"]
schedules: {default: {}}
groups: [{name: office, clients: ["10.0.0.0/8"]}]
fleet: {role: primary, name: one, listen: "127.0.0.1:8530"}
state_dir: var
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Of a primary that one node follows."""
    (tmp_path / "sm-dns.yaml").write_text(CONFIG)
    state = tmp_path / "var"
    own = load_or_make(standing_file.folder(state), "one").member("127.0.0.1:8530")
    node = load_or_make(tmp_path / "two", "two").member("")
    kept = Kept("primary", "one", Standing("f", 1, 0, "", "one", (own, node)), None, NO_BASE)
    put_files(standing_file.written(state, kept))
    return state


def test_a_member_without_its_key_says_so_and_signs_nothing_by_a_new_one(state: Path) -> None:
    (standing_file.folder(state) / "key.pem").unlink()
    start = FleetStart(FleetPlan("primary", "one", None), state.parent / "sm-dns.yaml", state)
    with pytest.raises(BadInput, match=r"key\.pem: is not the key by which the fleet knows this server"):
        asyncio.run(Membership(start, lambda word: None).run())


def test_a_primary_that_is_behind_a_node_as_after_an_old_backup_says_so(state: Path) -> None:
    where = Endpoint("127.0.0.1", free_port())
    kept = standing_file.load(state)
    assert kept is not None
    own = replace(kept.standing.members[0], address=str(where))
    node = load_or_make(state.parent / "two", "two")
    standing = replace(kept.standing, generation=22, members=(own, node.member("")))
    put_files(standing_file.written(state, replace(kept, standing=standing)))
    start = FleetStart(
        FleetPlan("primary", "one", (where.address, where.port)), state.parent / "sm-dns.yaml", state
    )

    async def said_to(generation: int) -> list[str]:
        membership = Membership(start, lambda word: None)
        running = asyncio.get_running_loop().create_task(membership.run())
        try:
            async with asyncio.timeout(SECONDS):
                talk = await _connected(node.file, own, standing.members)
                await talk.send(Hello(PROTOCOL, "two", 1, generation, "another"))
                await talk.receive(SECONDS)
                talk.close()
                return [str(each.text) for each in membership.status().findings]
        finally:
            running.cancel()
            await asyncio.wait([running])

    said = "the node two has generation 27, and this server is at 22"
    assert any(each.startswith(said) for each in asyncio.run(said_to(27)))
    assert not any("has generation" in each for each in asyncio.run(said_to(22)))


async def _connected(file: Path, member: Member, members: tuple[Member, ...]) -> Talk:
    """A connection to a member, as soon as it listens."""
    while True:
        try:
            return await connect(file, member, members)
        except Gone:
            await asyncio.sleep(STEP_SECONDS)


def test_a_primary_that_others_follow_does_not_leave(state: Path) -> None:
    given = ("--reason", "x", "--config", str(state.parent / "sm-dns.yaml"))
    done = CliRunner().invoke(cli, ("fleet", "leave", *given))
    assert done.exit_code == 2
    assert "this server leads two: promote one of them first" in done.output
    assert standing_file.load(state) is not None
    for name in ("two", "one"):
        assert CliRunner().invoke(cli, ("fleet", "leave", name, *given)).exit_code == 0
    assert standing_file.load(state) is None
