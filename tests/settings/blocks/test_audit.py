from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

SMTP = "smtp: {host: mail.example.my, sender: dns@example.my}\n"


def load(folder: Path, pushed: str, more: str = "") -> Settings:
    file = folder / "sm-dns.yaml"
    file.write_text(f"schedules: {{default: {{}}}}\naudit: {{push_head: {pushed}}}\n{more}")
    return load_settings(file)


def test_places_and_how_often(tmp_path: Path) -> None:
    assert load(tmp_path, "null").audit.push_head is None
    pushed = load(tmp_path, "{to: [syslog, 'file:heads', 'mailto:a@x.my, b@x.my']}", SMTP).audit.push_head
    assert pushed is not None
    assert pushed.to == ("syslog", f"file:{tmp_path / 'heads'}", "mailto:a@x.my,b@x.my")
    assert pushed.every == 3600
    half = load(tmp_path, "{every: 30m, to: [syslog]}").audit.push_head
    assert half is not None and half.every == 1800


@pytest.mark.parametrize(
    ("pushed", "reason"),
    [
        ("{to: []}", "to"),
        ("{}", "to"),
        ("{to: [printer]}", "must be syslog, file:PATH or mailto:ADDRESS"),
        ("{to: ['file:']}", "must be syslog"),
        ("{to: ['mailto:x']}", "not an address of a mailbox"),
        ("{to: ['mailto:x@y.my']}", "say which server, in smtp"),
        ("{to: [syslog], every: 1s}", "every"),
        ("{to: [syslog], every: 8d}", "every"),
    ],
)
def test_what_is_refused(tmp_path: Path, pushed: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        load(tmp_path, pushed)
