"""Switches by a program: what cannot be is refused with the name of the field."""

from __future__ import annotations

import pytest

from tests.support.dashboard import Dashboard
from tests.web.actions.test_policy_actions import Program

OPEN = {"turn": "open", "what": "social", "length": "10m", "why": "course"}
GRANT = {"who": "office", "service": "facebook", "length": "5m", "approver": "CTM", "why": "page"}
RULE = {"service": "whatsapp", "action": "deny", "why": "memo"}


@pytest.mark.parametrize(
    ("path", "good", "field", "value"),
    [
        ("switches", OPEN, "turn", None),
        ("switches", OPEN, "turn", "emergency"),
        ("switches", OPEN, "what", None),
        ("switches", OPEN, "what", "nonsense"),
        ("switches", OPEN, "what", ["social"]),
        ("switches", OPEN, "who", "nobody"),
        ("switches", OPEN, "who", []),
        ("switches", OPEN, "who", {"a": 1}),
        ("switches", OPEN, "length", "0m"),
        ("switches", OPEN, "length", 5),
        ("switches", {**OPEN, "length": None}, "until", "noon"),
        ("switches", {**OPEN, "length": None}, "until", "2020-01-01"),
        ("switches", {**OPEN, "turn": "pause"}, "what", "social"),
        ("exemptions", GRANT, "who", "nobody"),
        ("exemptions", GRANT, "who", []),
        ("exemptions", GRANT, "length", "0m"),
        ("exemptions", {**GRANT, "length": None}, "until", "2020-01-01"),
        ("exemptions", GRANT, "network", "10.1.2.3/8"),
        ("services", RULE, "who", "nobody"),
        ("services", RULE, "who", []),
    ],
)
def test_what_is_wrong_is_told_with_its_field(
    dashboard: Dashboard, path: str, good: dict[str, object], field: str, value: object
) -> None:
    program = Program(dashboard)
    assert program("POST", path, 400, **{**good, field: value})["error"].startswith(f"{field}: ")
    assert not (dashboard.state / "switches.json").exists()
