"""A rule that nobody can keep, for want of a source, is a finding before anybody relies on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.admin import exemption_changes
from sm_dns.admin.service_changes import set_rule
from sm_dns.builder.who_checks import who_findings
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.audit import Trail

NOON = 1_786_334_400.0
BASE = "upstreams: [192.0.2.1]\nschedules: {default: {}}\n"
LEASES, STAFF = "leases: [leases]", "staff_map: staff.csv"


def load(folder: Path, clients: str, *monitoring: str) -> Settings:
    path = folder / "sm-dns.yaml"
    group = f'groups: [{{name: people, clients: ["{clients}"]}}]\n'
    path.write_text(f"{BASE}{group}monitoring: {{{', '.join(monitoring)}}}\n")
    return load_settings(path)


@pytest.mark.parametrize(
    ("clients", "monitoring", "reasons"),
    [
        ("10.0.0.0/8", (), []),
        ("own-links", (), []),
        ("3c:22:fb:01:02:03", (LEASES,), []),
        ("staff:a1234", (LEASES, STAFF), []),
        ("department:PR", (LEASES, "departments: [{name: PR, networks: [10.1.0.0/16]}]"), []),
        ("staff:a1234", (LEASES, "host_rule: '(?P<staff>.*)'"), []),
        ("staff:a1234", (LEASES,), ["nothing tells whose a device is"]),
        ("staff:a1234", (STAFF,), ["only on this server's own links"]),
        ("staff:a1234", (STAFF, "neighbours: false"), ["nothing tells where devices are"]),
        ("staff:a1234", (), ["nothing tells whose a device is", "only on this server's own links"]),
        ("3c:22:fb:01:02:03", (), ["device:3c:22:fb:01:02:03 is named by a rule without monitoring.leases"]),
        ("host:pc-017", (LEASES,), ["a device gives itself its name"]),
        ("host:pc-017", (), ["only leases tell the names of hosts", "a device gives itself its name"]),
    ],
)
def test_what_nobody_can_tell_is_said(
    tmp_path: Path, clients: str, monitoring: tuple[str, ...], reasons: list[str]
) -> None:
    found = list(who_findings(load(tmp_path, clients, *monitoring), NOON))
    assert len(found) == len(reasons)
    for one, reason in zip(found, reasons, strict=True):
        assert reason in str(one.text)


def test_rules_and_exemptions_are_looked_at_too_and_only_while_they_hold(tmp_path: Path) -> None:
    settings = load(tmp_path, "10.0.0.0/8")
    path = tmp_path / "sm-dns.yaml"
    path.write_text(path.read_text() + "services: {whatsapp: {action: deny, who: 'staff:b2345'}}\n")
    assert any("staff:b2345" in str(one.text) for one in who_findings(load_settings(path), NOON))
    settings.state_dir.mkdir(exist_ok=True)
    exemption_changes.grant(
        settings, NOON, group=None, network=None, category="social", service=None, length="1h", until=None,
        approver="CTM", reason="w", trail=Trail(settings.state_dir / audit.FILE, "o"), who="3c:22:fb:01:02:03",
    )  # fmt: skip
    assert any("device:3c:22:fb" in str(one.text) for one in who_findings(settings, NOON + 3599))
    assert list(who_findings(settings, NOON + 3600)) == []


def test_a_rule_that_a_command_set_is_looked_at_too(tmp_path: Path) -> None:
    settings = load(tmp_path, "10.0.0.0/8")
    settings.state_dir.mkdir(exist_ok=True)
    trail = Trail(settings.state_dir / audit.FILE, "o")
    set_rule(settings, NOON, "whatsapp", "deny", ["host:pc-017"], why="w", trail=trail)
    assert any("host:pc-017" in str(one.text) for one in who_findings(settings, NOON))
