"""The folder of a scenario: its configuration with what every one needs, its lists and calendars, its exemptions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sm_dns.policy.recurring_hours import of_words
from sm_dns.state import exemptions_store
from sm_dns.util import walltime
from tests.scenarios.form import Exempt, Scenario

_USUAL = {
    "schedules": "schedules: {default: {}}",
    "groups": "groups: [{name: office, clients: [127.0.0.0/8, 10.0.0.0/8]}]",
    "state_dir": "state_dir: var",
    "monitoring": "monitoring: {enabled: false}",
}


def furnish(scenario: Scenario, directory: Path, listen: Sequence[str], upstreams: Sequence[str]) -> Path:
    """Write everything into a folder; the configuration's path. What the policy does not say is as usual."""
    own = set(re.findall(r"^(\w+):", scenario.policy, re.MULTILINE))
    lines = [f"listen: {json.dumps(list(listen))}"]
    if "upstreams" not in own:
        lines.append(f"upstreams: {json.dumps(list(upstreams))}")
    lines += [line for key, line in _USUAL.items() if key not in own]
    config = directory / "sm-dns.yaml"
    config.write_text("\n".join(lines) + "\n" + scenario.policy, encoding="utf-8")
    for name, text in scenario.files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if scenario.exemptions:
        _exempt(scenario, directory / "var")
    return config


def instant(scenario: Scenario, at: str) -> int:
    """A local time of the scenario as POSIX seconds."""
    return walltime.parse(at, ZoneInfo(scenario.zone))


def _hours(scenario: Scenario, one: Exempt) -> dict[str, Any] | None:
    found = of_words(one.days, one.between, ZoneInfo(scenario.zone))
    return None if found is None else asdict(found)


def _exempt(scenario: Scenario, state: Path) -> None:
    state.mkdir()
    items = [
        {
            **{key: getattr(one, key) for key in ("group", "network", "category", "service")},
            "hours": _hours(scenario, one),
            "id": f"exemption-{number}",
            "approver": "the ICT officer",
            "reason": "a scenario",
            "starts": instant(scenario, one.starts),
            "expires": instant(scenario, one.expires),
        }
        for number, one in enumerate(scenario.exemptions, 1)
    ]
    (state / exemptions_store.FILE).write_text(json.dumps(items))
