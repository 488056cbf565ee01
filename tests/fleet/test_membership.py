"""A server that is a member and has lost what makes it one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from sm_dns.cli.main import cli
from sm_dns.fleet.bundles.bundle import NO_BASE
from sm_dns.fleet.bundles.standing import Standing
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.identity import load_or_make
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.membership import Membership
from sm_dns.generation.fleet import FleetPlan, FleetStart
from sm_dns.util.errors import BadInput
from tests.support.changes import put as put_files

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


def test_a_primary_that_others_follow_does_not_leave(state: Path) -> None:
    given = ("--reason", "x", "--config", str(state.parent / "sm-dns.yaml"))
    done = CliRunner().invoke(cli, ("fleet", "leave", *given))
    assert done.exit_code == 2
    assert "this server leads two: promote one of them first" in done.output
    assert standing_file.load(state) is not None
    for name in ("two", "one"):
        assert CliRunner().invoke(cli, ("fleet", "leave", name, *given)).exit_code == 0
    assert standing_file.load(state) is None
