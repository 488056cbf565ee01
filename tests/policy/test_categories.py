from __future__ import annotations

from itertools import permutations

import pytest

from sm_dns.policy.categories import SHIPPED, Category, by_precedence, from_json
from sm_dns.util.errors import BadInput


def test_what_ships() -> None:
    assert {one.name: one.action for one in SHIPPED} == {
        "allow": "allow",
        "streaming": "deny",
        "bypass": "deny",
        "social": "schedule",
        "messaging": "permit",
    }


@pytest.mark.parametrize("order", list(permutations(SHIPPED)))
def test_precedence_does_not_hang_on_the_order_given(order: tuple[Category, ...]) -> None:
    assert list(by_precedence(order)) == ["allow", "streaming", "bypass", "social", "messaging"]


def test_a_sites_own_denied_categories_keep_their_order_after_bypass() -> None:
    own = [Category("games", "deny"), Category("betting", "deny"), Category("press", "allow")]
    ordered = list(by_precedence([*own, *SHIPPED]))
    assert ordered == ["press", "allow", "streaming", "bypass", "games", "betting", "social", "messaging"]


def test_streaming_by_schedule_stands_with_the_scheduled() -> None:
    ordered = by_precedence(
        [Category("social", "schedule"), Category("streaming", "schedule"), Category("x", "deny")]
    )
    assert list(ordered) == ["x", "social", "streaming"]


def test_two_categories_of_one_name_are_refused() -> None:
    with pytest.raises(BadInput, match="'social'"):
        by_precedence([Category("social", "schedule"), Category("social", "deny")])


def test_a_category_is_read() -> None:
    assert from_json({"name": "x", "action": "deny", "answer": "nodata"}, "") == Category(
        "x", "deny", "nodata"
    )
    assert from_json({"name": "x", "action": "permit"}, "").answer == "sinkhole"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"action": "deny"}, "c.name"),
        ({"name": "x"}, "c.action"),
        ({"name": "x", "action": "block"}, "c.action"),
        ({"name": "x", "action": "deny", "answer": "drop"}, "c.answer"),
        ({"name": "x", "action": "deny", "mode": 1}, "c.mode"),
        ("x", "c"),
    ],
)
def test_a_mistake_is_named(value: object, path: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_json(value, "c")
    assert str(caught.value.reason).startswith(f"{path}: ")
