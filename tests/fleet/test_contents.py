"""What a bundle holds, and that it is written nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.fleet.bundles.contents import Folders, changes
from sm_dns.state.fleet.role import BelongsToPrimary, is_node, is_shared, refuse_on_node
from sm_dns.state.intent import Removed, Replaced
from sm_dns.util.errors import BadInput


@pytest.fixture
def where(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "var", tmp_path / "zones", tmp_path / "calendar")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "zones/../sm-dns.yaml",
        "zones/.hidden.txt",
        "zones/sub/social.txt",
        "zones/social.sh",
        "zones/social.txt\n",
        "/etc/passwd",
        "state/audit.jsonl",
        "state/../x",
        "state/keys/pseudonym.key",
        "calendar/x.txt",
        "lists/",
        "lists/../../x",
        "etc/sm-dns.yaml",
    ],
)
def test_a_name_that_is_none_of_a_bundle_is_refused(where: Folders, name: str) -> None:
    with pytest.raises(BadInput, match="is no file of a bundle"):
        where.place(name)


def test_every_name_has_its_place_and_is_the_fleets(where: Folders) -> None:
    for name in (
        "policy.yaml",
        "zones/social.txt",
        "zones/local.zone",
        "calendar/kl-2026.cal",
        "lists/ads.json",
    ):
        assert where.place(name).is_relative_to(where.state.parent)
    for name in ("zones/social.txt", "calendar/kl-2026.cal", "lists/ads.json", "state/web/users.json"):
        assert is_shared(where.state, where.place(name))
    assert not is_shared(where.state, where.state / "reports.json")


def test_only_what_differs_is_changed_and_what_is_not_in_the_bundle_goes(where: Folders) -> None:
    where.zones.mkdir()
    where.state.mkdir()
    (where.zones / "social.txt").write_text("same\n")
    (where.zones / "own.txt").write_text("own\n")
    (where.state / "exemptions.json").write_text("[1]")
    wanted = {"zones/social.txt": b"same\n", "state/exemptions.json": b"[]", "state/web/users.json": b"{}"}
    found = changes(where, wanted)
    assert Removed(where.zones / "own.txt") in found and len(found) == 3
    modes = {each.path.name: each.mode for each in found if isinstance(each, Replaced)}
    assert modes == {"exemptions.json": 0o640, "users.json": 0o600}


def test_on_a_node_what_is_the_fleets_is_not_changed_and_the_rest_is(where: Folders) -> None:
    refuse_on_node(where.state, [where.state / "exemptions.json"])
    standing = where.state / "fleet" / "standing.json"
    standing.parent.mkdir(parents=True)
    standing.write_text('{"role": "node"}')
    refuse_on_node(where.state, [where.state / "reports.json"])
    with pytest.raises(BelongsToPrimary, match="promote"):
        refuse_on_node(where.state, [where.state / "reports.json", where.zones / "social.txt"])
    standing.write_text('{"role": "primary"}')
    refuse_on_node(where.state, [where.state / "exemptions.json"])
    standing.write_text("cut")
    assert is_node(where.state), "who cannot read what it is changes nothing"
