"""Changes of policy as the commands and the dashboard share them; more of them is in `tests/cli/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sm_dns.admin import domain_changes, exemption_changes
from sm_dns.admin.calendars import calendar_changes
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput


class Book:
    """An audit that a test reads."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.state_dir / audit.FILE
        self.trail = Trail(self.path, "officer1")

    @property
    def noted(self) -> list[tuple[str, str, str, Mapping[str, Any]]]:
        return [(each.action, each.target, each.why, each.detail) for each in audit.read(self.path)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "sm-dns.yaml"
    config.write_text(
        "schedules: {default: {}}\n"
        "calendars: {kl: {country: MY, subdivision: KUL, schedules: [default]}}\n"
        'groups: [{name: office, clients: ["10.0.0.0/8"]}]\n'
    )
    return load_settings(config)


def test_a_change_is_noted_and_one_that_changes_nothing_is_not(settings: Settings) -> None:
    book = Book(settings)
    (placing,) = domain_changes.add(
        settings, "social", ["Kedai.example"], whole_suffix=False, force=False, why="w", trail=book.trail
    )
    assert placing.covered is None
    assert book.noted == [
        ("domains add", "kedai.example", "w", {"category": "social", "added": ["kedai.example"]})
    ]
    domain_changes.add(
        settings, "social", ["m.kedai.example"], whole_suffix=False, force=False, why="w", trail=book.trail
    )
    assert len(book.noted) == 1
    assert domain_changes.remove(settings, "social", ["kedai.example"], why="v", trail=book.trail) == [
        "kedai.example"
    ]
    assert book.noted[1][0] == "domains remove"


def test_all_names_or_none(settings: Settings) -> None:
    book = Book(settings)
    with pytest.raises(BadInput):
        domain_changes.add(
            settings,
            "social",
            ["good.example", "co.uk"],
            whole_suffix=False,
            force=False,
            why="",
            trail=book.trail,
        )
    with pytest.raises(BadInput, match="not on the site's own list"):
        domain_changes.remove(settings, "social", ["facebook.com"], why="", trail=book.trail)
    assert book.noted == [] and not settings.zones_dir.exists()


def test_what_stays_open_is_closed_by_force_and_for_a_reason_alone(settings: Settings) -> None:
    book = Book(settings)

    def add(name: str, *, force: bool, why: str, category: str = "social") -> None:
        domain_changes.add(
            settings, category, [name], whole_suffix=False, force=force, why=why, trail=book.trail
        )

    for name in ("customs.gov.my", "www.google.com", "microsoft.com"):
        with pytest.raises(BadInput, match=r"stays open \(never-close\.txt:\d+\)"):
            add(name, force=False, why="w")
    with pytest.raises(BadInput, match="needs a --reason"):
        add("www.google.com", force=True, why=" ")
    assert book.noted == []
    add("www.google.com", force=True, why="w")
    add("customs.gov.my", force=False, why="", category="allow")
    assert [detail.get("forced") for *_, detail in book.noted] == [["www.google.com"], None]


def test_an_exemption_has_one_end_and_known_parts(settings: Settings) -> None:
    book = Book(settings)
    given: dict[str, Any] = {
        "group": "office",
        "network": None,
        "category": "social",
        "service": None,
        "length": "1h",
        "until": None,
        "approver": "Officer4",
        "reason": "w",
        "trail": book.trail,
    }
    granted = exemption_changes.grant(settings, 1000.7, **given)
    assert (granted.starts, granted.expires) == (1000, 4600)
    for wrong in (
        {"until": "2030-01-01T00:00"},
        {"length": None},
        {"length": None, "until": "1970-01-01T07:30"},
        {"group": "none"},
        {"category": "none"},
        {"category": None, "service": "none"},
        {"network": "10.0.0.1/8"},
    ):
        with pytest.raises(BadInput):
            exemption_changes.grant(settings, 1000.7, **{**given, **wrong})
    assert exemption_changes.revoke(settings, granted.id, why="v", trail=book.trail) == granted
    assert [each[0] for each in book.noted] == ["exempt add", "exempt revoke"]


def test_a_calendar_is_known_by_its_name_or_by_being_alone(settings: Settings) -> None:
    assert calendar_changes.known_name(settings, None) == "kl"
    with pytest.raises(BadInput, match="no calendar"):
        calendar_changes.known_name(settings, "../kl")
    assert calendar_changes.load_any(settings, "kl", 2027) is None
    book = Book(settings)
    calendar_changes.propose(settings, "kl", 2027, why="w", trail=book.trail)
    proposed = calendar_changes.load_any(settings, "kl", 2027)
    assert proposed is not None and proposed.accepted is None
    calendar_changes.accept(
        settings,
        "kl",
        2027,
        at=0.0,
        who="officer4",
        estimates=True,
        looked_at=proposed,
        why="",
        trail=book.trail,
    )
    accepted = calendar_changes.load_any(settings, "kl", 2027)
    assert accepted is not None and accepted.accepted is not None
    assert (accepted.accepted.who, accepted.accepted.why) == ("officer4", "no reason given")
    with pytest.raises(BadInput, match="no kind"):
        calendar_changes.add(
            settings, "kl", "2027-07-01", "x", kind="feast", ends=None, why="", trail=book.trail
        )
    for kind, ends, said in (("half-day", None, "needs the time"), ("extra", "12:30", "half-day alone")):
        with pytest.raises(BadInput, match=said):
            calendar_changes.add(
                settings, "kl", "2027-07-01", "x", kind=kind, ends=ends, why="", trail=book.trail
            )
    assert [each[0] for each in book.noted] == ["calendar propose", "calendar accept"]
