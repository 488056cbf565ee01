from __future__ import annotations

from dataclasses import asdict

from sm_dns.util.finding import Finding


def test_a_finding_can_be_written_down() -> None:
    assert asdict(Finding("note", "news")) == {"level": "note", "text": "news"}
