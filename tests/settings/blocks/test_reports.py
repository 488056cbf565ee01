from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

SMTP = "smtp: {host: mail.example.my, sender: dns@example.my}\n"


def load(folder: Path, addition: str) -> Settings:
    file = folder / "sm-dns.yaml"
    file.write_text(f"schedules: {{default: {{}}}}\n{addition}")
    return load_settings(file)


def test_a_folder_is_meant_from_the_configuration_and_mail_has_recipients(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        SMTP + "reports: [{name: a, kind: usage, to: out, band: 08:00-09:00, decisions: [would-deny]},"
        " {name: b, kind: coverage, to: 'mailto:x@example.my, y@example.my', day: 28, format: csv, lang: en}]\n",
    )
    first, second = settings.reports
    assert (first.to, first.recipients) == (str(tmp_path / "out"), ())
    assert (first.every, first.day, first.format, first.lang) == ("monthly", 1, "pdf", "ms")
    assert second.recipients == ("x@example.my", "y@example.my")


@pytest.mark.parametrize(
    ("addition", "reason"),
    [
        ("reports: [{name: a, kind: usage, to: 'mailto:x@example.my'}]", "say which server, in smtp"),
        ("reports: [{name: a, kind: usage, to: o}, {name: a, kind: usage, to: o}]", "stands above already"),
        (SMTP + "reports: [{name: a, kind: usage, to: 'mailto:x'}]", "not an address of a mailbox"),
        (SMTP + "reports: [{name: a, kind: usage, to: \"mailto:x@y.my\\r\\nBcc: z@y.my\"}]", "not an address"),
        ("reports: [{name: a, kind: usage, to: o, day: 29}]", "day"),
        ("reports: [{name: a, kind: usage, to: o, every: weekly}]", "every"),
        ("reports: [{name: a, kind: usage, to: o, band: 08:30-09:00}]", "whole hours"),
        ("reports: [{name: a, kind: usage, to: o, decisions: [maybe]}]", "no decision 'maybe'"),
        ("reports: [{name: a, kind: persons, to: o}]", "kind"),
        ("reports: [{name: a, kind: usage, to: o, lang: xx}]", "no language 'xx'; there are: ms, en"),
        ("web: {language: xx}", "no language 'xx'; there are: ms, en"),
        ("smtp: {host: mail.example.my, sender: dns@example.my, security: none}", "only for a mail server on this"),
        ("smtp: {host: localhost, sender: dns@example.my, user: a}", "belong together"),
        ("notice: {letterhead: {address: [\"a\\nb\"]}}", "one line"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, addition: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        load(tmp_path, addition)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_mail_without_tls_stays_on_this_host(tmp_path: Path, host: str) -> None:
    settings = load(tmp_path, f'smtp: {{host: "{host}", sender: dns@example.my, security: none}}')
    assert settings.smtp is not None and settings.smtp.security == "none"


@pytest.mark.parametrize(
    ("given", "made_on"),
    [
        ("band: '22:00-06:00'", 2),
        ("band: '17:00-07:00', day: 5", 5),
        ("band: '22:00-05:00'", 1),
        ("band: '08:00-17:00'", 1),
        ("day: 3", 3),
    ],
)
def test_a_report_of_nights_waits_until_the_last_is_over(tmp_path: Path, given: str, made_on: int) -> None:
    [report] = load(tmp_path, f"reports: [{{name: a, kind: usage, to: out, {given}}}]").reports
    assert report.made_on == made_on
