from __future__ import annotations

import pytest

from tests.lists.formats.reading import names, reasons


def test_whole_name_rules() -> None:
    lines = ["||Example.com^", "||a.example.net^$important", "||*.b.org^", "||c.org^|", " bare.example.com"]
    assert names("adblock", *lines) == [
        "example.com",
        "a.example.net",
        "b.org",
        "c.org",
        "full:bare.example.com",
    ]


def test_what_concerns_pages_is_passed_over() -> None:
    lines = [
        "[Adblock Plus 2.0]",
        "! Title: x",
        "# note",
        "example.com##.banner",
        "example.com#@#.x",
        "a.b$$script",
    ]
    assert not names("adblock", *lines)
    assert not reasons("adblock", *lines)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("@@||example.com^", "exception"),
        ("||example.com", "no closing"),
        ("||example.com^path", "path or pattern"),
        ("||example.com^$third-party", "third-party"),
        ("||example.com^$dnstype=AAAA", "dnstype"),
        ("||exam*ple.com^", "not allowed"),
        ("/ads[0-9]+/", "not allowed"),
        ("|https://example.com|", "not allowed"),
    ],
)
def test_rules_that_dns_cannot_keep_are_said(line: str, reason: str) -> None:
    (said,) = reasons("adblock", line)
    assert reason in said
