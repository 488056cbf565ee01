from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.i18n.text import Text
from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.settings import PortalSettings
from tests.support.contracts import PORTAL_SETTINGS
from tests.support.desk import snapshot


@pytest.fixture
def policy(tmp_path: Path) -> Snapshot:
    """The small office's policy."""
    return snapshot(tmp_path)


@pytest.fixture
def details() -> PortalSettings:
    return replace(
        PORTAL_SETTINGS,
        agency=Text("Jabatan Contoh", "Example Department"),
        contact="CTM <samb. 1234>",
        reference="ICT 2/2010",
        services={"facebook.com": "Facebook"},
        name="notis.example",
        link="https://notis.example/",
    )
