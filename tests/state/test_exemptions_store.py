from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.policy.exemptions import Exemption
from sm_dns.state import exemptions_store
from sm_dns.state.audit import FILE, Trail, read
from sm_dns.util.errors import BadInput
from tests.support.changes import put


def add(state: Path, wanted: Exemption) -> Exemption:
    file, stored = exemptions_store.with_one(state, wanted)
    put(file)
    return stored


def revoke(state: Path, exemption_id: str) -> Exemption:
    file, taken = exemptions_store.without(state, exemption_id)
    put(file)
    return taken


EDITORS = Exemption("", "hq", None, "social", None, "Puan Faridah", "official page", starts=100, expires=200)


def test_an_exemption_is_kept_until_it_is_revoked(tmp_path: Path) -> None:
    state = tmp_path / "var"
    assert exemptions_store.load(state) == []
    first = add(state, EDITORS)
    second = add(state, EDITORS)
    assert first.id != second.id
    assert replace(first, id="") == EDITORS
    assert exemptions_store.load(state) == [first, second]
    assert revoke(state, first.id) == first
    assert exemptions_store.load(state) == [second]
    with pytest.raises(BadInput, match="no exemption"):
        revoke(state, first.id)


def test_what_has_ended_is_taken_away(tmp_path: Path) -> None:
    short = add(tmp_path, EDITORS)
    long = add(tmp_path, replace(EDITORS, expires=300))
    trail = Trail(tmp_path / FILE, "service")
    exemptions_store.expire(tmp_path, 199.9, trail)
    assert exemptions_store.load(tmp_path) == [short, long]
    exemptions_store.expire(tmp_path, 200.0, trail)
    assert exemptions_store.load(tmp_path) == [long]
    (line,) = read(tmp_path / FILE)
    assert (line.who, line.action, line.target) == ("service", "exempt expired", short.id)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(EDITORS, group=None),
        replace(EDITORS, category=None),
        replace(EDITORS, approver=""),
        replace(EDITORS, expires=100),
        replace(EDITORS, network="10.0.0.1/8"),
    ],
)
def test_half_an_exemption_is_refused(tmp_path: Path, wrong: Exemption) -> None:
    with pytest.raises(BadInput):
        add(tmp_path, wrong)
    assert exemptions_store.load(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[{}]", '[{"id": "x"', "null"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / exemptions_store.FILE).write_text(text)
    with pytest.raises(BadInput, match=r"exemptions.json"):
        exemptions_store.load(tmp_path)
