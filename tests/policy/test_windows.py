from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sm_dns.policy import instants
from sm_dns.policy.windows import REASONS, Schedule, state_at

DATA = Path(__file__).resolve().parent.parent / "data"
CONFIGS: dict[str, dict[str, Any]] = json.loads((DATA / "windows_configs.json").read_text(encoding="utf-8"))
SCHEDULES = {name: Schedule.from_json(config) for name, config in CONFIGS.items()}
with (DATA / "windows.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
HOST_ZONES = ("UTC", "Asia/Kuala_Lumpur", "America/New_York")


@pytest.fixture
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def local(schedule: Schedule, text: str) -> int:
    return instants.parse(text, schedule.zone)


@pytest.mark.parametrize("host_zone", HOST_ZONES, indirect=True)
def test_every_vector_under_any_host_zone(host_zone: str) -> None:
    assert len(ROWS) == 164
    schedules = {name: Schedule.from_json(config) for name, config in CONFIGS.items()}
    for row in ROWS:
        schedule = schedules[row["config"]]
        now = utc(row["utc_datetime"])
        assert local(schedule, row["local_datetime"]) == now, row["id"]
        state = state_at(schedule, now)
        assert state.until is not None, row["id"]
        seen = (
            str(state.permitted).lower(),
            state.reason_code,
            REASONS[state.reason_code],
            instants.iso_local(state.until, schedule.zone),
            str(state.until - now),
            "permitted" if state_at(schedule, state.until).permitted else "denied",
        )
        expected = (
            row["permitted"],
            row["reason_code"],
            row["reason"],
            row["next_transition"],
            row["seconds_to_transition"],
            row["next_state"],
        )
        assert seen == expected, row["id"]
