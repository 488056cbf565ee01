"""A node's policy keys are those of its primary, each with the file and the line that it stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from sm_dns.state.fleet.role import policy_file
from sm_dns.util.errors import BadInput

OWN = """\
listen: ["127.0.0.1:5335"]
schedules: {default: {holiday_mode: closed}}
groups: [{name: own, clients: ["10.0.0.0/8"]}]
optional_services: [linkedin]
fleet: {role: node}
"""
THEIRS = """{
 "schedules": {"default": {}},
 "groups": [{"name": "theirs", "clients": ["10.0.0.0/8"]}]
}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "sm-dns.yaml"
    file.write_text(OWN)
    return file


def test_what_the_primary_has_stands_in_the_place_of_ones_own(config: Path) -> None:
    before = load_settings(config)
    assert before.groups[0].name == "own"
    theirs = policy_file(before.state_dir)
    theirs.parent.mkdir(parents=True)
    theirs.write_text(THEIRS)
    found = load_settings(config)
    assert (found.groups[0].name, found.optional_services) == ("theirs", ()), (
        "what it leaves out is as by default"
    )
    assert found.listen == before.listen
    assert set(found.policy_part) == {"schedules", "groups"}
    config.write_text(OWN.replace("fleet: {role: node}", ""))
    assert load_settings(config).groups[0].name == "own", "a server alone goes by its own"


def test_a_mistake_is_told_with_the_file_that_it_stands_in(config: Path) -> None:
    theirs = policy_file(load_settings(config).state_dir)
    theirs.parent.mkdir(parents=True)
    theirs.write_text(THEIRS.replace("10.0.0.0/8", "10.0.0.1/8"))
    with pytest.raises(BadInput) as wrong:
        load_settings(config)
    assert (wrong.value.file, wrong.value.line) == (str(theirs), 3)
    theirs.write_text(THEIRS.replace('"name"', '"schedule": "nights", "name"'))
    with pytest.raises(BadInput) as wrong:
        load_settings(config)
    assert (wrong.value.file, wrong.value.line) == (str(theirs), 3)
    theirs.write_text(THEIRS)
    config.write_text(OWN + "cache: {megabytes: 0}\n")
    with pytest.raises(BadInput) as wrong:
        load_settings(config)
    assert (wrong.value.file, wrong.value.line) == (str(config), 6)


@pytest.mark.parametrize(
    "fleet",
    ["{role: primary}", '{role: primary, listen: "0.0.0.0:8530"}', '{role: node, listen: "10.0.0.5:0"}'],
)
def test_where_nodes_reach_a_primary_must_be_told(config: Path, fleet: str) -> None:
    config.write_text(OWN.replace("{role: node}", fleet))
    with pytest.raises(BadInput, match=r"fleet\.listen"):
        load_settings(config)
