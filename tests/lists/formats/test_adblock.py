from __future__ import annotations

import pytest

from sm_dns.lists.formats.parser import parse
from tests.lists.formats.reading import beyond_dns, names, reasons


def test_whole_name_rules() -> None:
    lines = [
        "||Example.com^",
        "||a.example.net^$important",
        "||*.b.org^",
        "||c.org^|",
        " bare.example.com",
        "|d.org^",
        "|e.org|",
    ]
    assert names("adblock", *lines) == [
        "example.com",
        "a.example.net",
        "b.org",
        "c.org",
        "full:bare.example.com",
        "full:d.org",
        "full:e.org",
    ]


def test_comments_and_headers_say_nothing() -> None:
    lines = ["[Adblock Plus 2.0]", "! Title: x", "# note", "#", "## heading"]
    assert not names("adblock", *lines)
    assert not reasons("adblock", *lines)


def test_exceptions_take_the_name_out_of_their_list() -> None:
    lines = ["@@||good.example.com^", "@@|one.example.com^", "@@bare.example.com", "@@||b.org^$important"]
    assert names("adblock", *lines) == [
        "not good.example.com",
        "not full:one.example.com",
        "not full:bare.example.com",
        "not b.org",
    ]
    assert {entry.excepts for entry in parse(lines, "adblock").entries} == {"all"}


def test_denyallow_leaves_names_out_of_its_rule() -> None:
    line = "||example.com^$denyallow=a.example.com|b.example.com"
    assert names("adblock", line) == ["example.com", "not a.example.com", "not b.example.com"]
    assert parse([line], "adblock").entries[1].excepts == "shorter"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("example.com##.banner", "inside of pages"),
        ("##.banner", "inside of pages"),
        ("example.com#@#.x", "inside of pages"),
        ("a.b$$script", "inside of pages"),
        ("||example.com", "no closing"),
        ("||example.com^path", "path or pattern"),
        ("||example.com/path", "path or pattern"),
        ("||example.com^$third-party", "third-party"),
        ("||example.com^$dnstype=AAAA", "dnstype"),
        ("||example.com^$client=10.0.0.1", "client"),
        ("||example.com^$badfilter", "badfilter"),
        ("@@||example.com^$client=10.0.0.1", "client"),
        ("@@||example.com^$denyallow=a.example.com", "exception with exceptions"),
        ("||exam*ple.com^", "a path or pattern"),
        ("/ads[0-9]+/", "regular expression"),
        ("@@/ads[0-9]+/", "regular expression"),
        ("|https://example.com|", "path or pattern"),
        ("example.com/banner", "path or pattern"),
        ("example.com^", "path or pattern"),
    ],
)
def test_rules_that_dns_cannot_keep_are_said(line: str, reason: str) -> None:
    assert not names("adblock", line)
    (said,) = beyond_dns("adblock", line)
    assert reason in said


@pytest.mark.parametrize(
    "line", ["||", "@@", "||a b^", "||-a.com^", "two words", "||^", "||x.com^$denyallow="]
)
def test_what_is_no_rule_is_unusable(line: str) -> None:
    assert not names("adblock", line)
    assert len(reasons("adblock", line)) == 1
