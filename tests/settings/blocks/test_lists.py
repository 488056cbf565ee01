from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from sm_dns.settings.blocks.lists import ListSettings

WHOLE = {"name": "ads", "url": "https://example.com/list", "category": "social"}


def test_names_of_a_list_count_as_its_service() -> None:
    assert ListSettings.model_validate_json(json.dumps(WHOLE)).service_id == "ads"
    named = ListSettings.model_validate_json(json.dumps({**WHOLE, "service": "others"}))
    assert (named.service_id, named.format, named.refresh) == ("others", "auto", 86_400)


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://example.com/list"},
        {"url": "https://me:secret@example.com/list"},
        {"format": "zip"},
        {"refresh": 299},
        {"name": "Ads"},
        {"category": "a b"},
    ],
)
def test_what_is_no_list_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ListSettings.model_validate_json(json.dumps({**WHOLE, **wrong}))
