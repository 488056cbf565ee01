"""A configuration of few keys, and what loading it comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

MINIMAL = """\
listen: ["127.0.0.1:5335"]
upstreams: ["192.0.2.1"]
schedules:
  hq:
    timezone: Asia/Kuala_Lumpur
    weekend: [SAT, SUN]
    rest: [13:00, 14:00]
    rest_by_weekday: {}
    after_start: 17:30
    after_start_by_weekday: {}
    work_start: 07:30
    no_after_hours_weekdays: []
    weekend_mode: open
    holiday_mode: open
    holidays: {}
    extra_workdays: []
    half_days: {}
    periods: []
groups:
  - {name: office, clients: [10.0.0.0/8]}
"""


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "sm-dns.yaml"
    path.write_text(text)
    return load_settings(path)


def refusal(tmp_path: Path, text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        load(tmp_path, text)
    assert caught.value.file == str(tmp_path / "sm-dns.yaml")
    return caught.value
