from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from sm_dns.web.action_registry import ACTIONS
from tests.support.dashboard import Dashboard


def test_what_is_offered_is_sealed(dashboard: Dashboard) -> None:
    every: list[Any] = [*dashboard.site.api_views.values(), *ACTIONS.values()]
    for one in every:
        with pytest.raises(FrozenInstanceError):
            one.roles = frozenset()


def test_paths_are_plain_and_their_words_are_fields(dashboard: Dashboard) -> None:
    """A path is part of an address and of a route: nothing in it has to be escaped."""
    for view in dashboard.site.api_views.values():
        assert re.fullmatch(r"[a-z]+(/[a-z]+)*", view.path)
    for action in ACTIONS.values():
        assert re.fullmatch(r"[a-z]+(/([a-z]+|{[a-z]+}))*", action.path)
        inside = set(re.findall(r"{(\w+)}", action.path))
        assert inside <= {field.name for field in action.fields if field.required}
    ways = [(action.method, re.sub(r"{\w+}", "{}", action.path)) for action in ACTIONS.values()]
    assert len(set(ways)) == len(ways)
