from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from sm_dns.lists.formats.parser import FORMATS
from sm_dns.settings.blocks.lists import Format, ListSettings

WHOLE = {"name": "ads", "url": "https://example.com/list", "category": "social"}


def test_names_of_a_list_count_as_its_service() -> None:
    assert ListSettings.model_validate_json(json.dumps(WHOLE)).service_id == "ads"
    named = ListSettings.model_validate_json(json.dumps({**WHOLE, "service": "others"}))
    assert (named.service_id, named.format, named.refresh) == ("others", "auto", 86_400)


@pytest.mark.parametrize("document", ["docs/configuration.md", "config/sm-dns.yaml"])
def test_every_format_that_can_be_read_can_be_asked_for(document: str) -> None:
    text = (Path(__file__).parents[3] / document).read_text(encoding="utf-8")
    assert set(get_args(Format)) == set(FORMATS)
    assert [name for name in FORMATS if name not in text] == []


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
