from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.i18n.text import Text
from sm_dns.portal.settings import PORTAL_FILE, read_details
from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import to_json
from tests.support.contracts import PORTAL_SETTINGS

GIVEN = {
    **to_json(PORTAL_SETTINGS),
    "agency": ["Jabatan", "Department"],
    "contact": "CTM",
    "services": {"x": "X"},
    "raw_days": 90,
}


def test_what_a_generation_says_is_read(tmp_path: Path) -> None:
    (tmp_path / PORTAL_FILE).write_text(json.dumps(GIVEN))
    found = read_details(tmp_path)
    agency = Text("Jabatan", "Department")
    assert found == replace(PORTAL_SETTINGS, agency=agency, contact="CTM", services={"x": "X"}, raw_days=90)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "5",
        "[" * 100_000,
        '{"agency": 5}',
        json.dumps({**GIVEN, "later": 1}),
        json.dumps({key: value for key, value in GIVEN.items() if key != "key"}),
    ],
)
def test_a_damaged_part_is_refused(tmp_path: Path, damage: str) -> None:
    (tmp_path / PORTAL_FILE).write_text(damage)
    with pytest.raises(BadInput, match="not a portal's part"):
        read_details(tmp_path)


def test_a_missing_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a portal's part"):
        read_details(tmp_path)
