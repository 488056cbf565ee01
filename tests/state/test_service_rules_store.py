from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.policy.service_rules import ServiceRule
from sm_dns.state import service_rules_store
from sm_dns.state.service_rules_store import FILE, MAX_RULES, SetRule
from sm_dns.util.errors import BadInput
from tests.support.changes import put


def rule(service: str, action: str = "deny", *groups: str) -> SetRule:
    who = tuple(name if ":" in name or name == "own-links" else f"group:{name}" for name in groups)
    return SetRule(ServiceRule(service, action, who), "officer1", 100, "asked for")


def set_(state: Path, *wanted: SetRule) -> list[SetRule]:
    for one in wanted:
        put(service_rules_store.with_one(state, one))
    return service_rules_store.load(state)


def test_the_newest_rule_goes_first(tmp_path: Path) -> None:
    assert service_rules_store.load(tmp_path) == []
    everybody, training = rule("youtube"), rule("youtube", "schedule", "training")
    assert set_(tmp_path, everybody, training) == [training, everybody]


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        (rule("youtube", "permit"), []),
        (rule("youtube", "permit", "a"), [rule("youtube", "deny", "a", "b"), rule("youtube")]),
        (rule("youtube", "permit", "b", "a", "c"), [rule("youtube")]),
        (rule("tiktok"), [rule("youtube", "deny", "a", "b"), rule("youtube")]),
    ],
)
def test_a_rule_replaces_those_that_it_leaves_nobody(
    tmp_path: Path, new: SetRule, kept: list[SetRule]
) -> None:
    assert set_(tmp_path, rule("youtube"), rule("youtube", "deny", "a", "b"), new) == [new, *kept]


def test_rules_are_taken_away_by_service(tmp_path: Path) -> None:
    set_(tmp_path, rule("youtube"), rule("tiktok"), rule("youtube", "permit", "a"))
    file, taken = service_rules_store.without(tmp_path, "youtube")
    put(file)
    assert [one.rule.action for one in taken] == ["permit", "deny"]
    assert service_rules_store.load(tmp_path) == [rule("tiktok")]
    with pytest.raises(BadInput, match="no rule for 'youtube'"):
        service_rules_store.without(tmp_path, "youtube")


def test_a_rule_whose_groups_have_gone_is_for_nobody(tmp_path: Path) -> None:
    set_(
        tmp_path,
        rule("a", "permit", "gone"),
        rule("b", "permit", "gone", "there"),
        rule("c", "permit"),
        rule("d", "deny", "staff:a1234", "own-links"),
    )
    assert service_rules_store.rules_for(tmp_path, {"there"}, ["10.1.0.0/16"]) == [
        ServiceRule("d", "deny", ("staff:a1234", "network:10.1.0.0/16")),
        ServiceRule("c", "permit"),
        ServiceRule("b", "permit", ("group:there",)),
    ]


def test_there_is_an_end_of_rules(tmp_path: Path) -> None:
    items = [
        {"rule": {"service": f"s{at}", "action": "deny"}, "by": "o", "at": 1, "reason": "r"}
        for at in range(MAX_RULES)
    ]
    (tmp_path / FILE).write_text(json.dumps(items))
    with pytest.raises(BadInput, match=f"there are {MAX_RULES} rules"):
        service_rules_store.with_one(tmp_path, rule("more"))
    put(service_rules_store.with_one(tmp_path, rule("s7", "permit")))
    assert len(service_rules_store.load(tmp_path)) == MAX_RULES


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"rule": {"service": "x", "action": "no"}}]', "[{}]"])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInput, match=FILE):
        service_rules_store.load(tmp_path)
