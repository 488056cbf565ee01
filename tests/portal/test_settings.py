from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.i18n.text import Text
from sm_dns.portal.settings import PORTAL_FILE, PortalSettings, read_details
from sm_dns.util.errors import BadInput

GIVEN = {"agency": ["Jabatan", "Department"], "contact": "CTM", "services": {"x": "X"}, "raw_days": 90}


def test_what_a_generation_says_is_read(tmp_path: Path) -> None:
    (tmp_path / PORTAL_FILE).write_text(json.dumps(GIVEN))
    found = read_details(tmp_path)
    assert found == PortalSettings(Text("Jabatan", "Department"), "CTM", services={"x": "X"}, raw_days=90)


@pytest.mark.parametrize("damage", ["", "[]", "5", '{"agency": 5}', '{"agency": ["a", "b"], "later": 1}'])
def test_a_damaged_part_is_refused(tmp_path: Path, damage: str) -> None:
    (tmp_path / PORTAL_FILE).write_text(damage)
    with pytest.raises(BadInput, match="not a portal's part"):
        read_details(tmp_path)


def test_a_missing_part_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a portal's part"):
        read_details(tmp_path)
