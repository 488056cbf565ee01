from __future__ import annotations

import pytest

from sm_dns.lists.formats.parser import parse
from tests.lists.formats.reading import beyond_dns, names, reasons

MIXED = [
    "! a list of everything",
    "// note",
    "; note",
    "[Adblock Plus 2.0]",
    "plain.example",
    "0.0.0.0 hosts.example",
    "||adblock.example^",
    "|exact.example^",
    "address=/dnsmasq.example/0.0.0.0",
    'local-zone: "unbound.example" always_nxdomain',
    "rpz.example CNAME .",
    "nodata.example 60 IN CNAME *.",
    "drop.example CNAME rpz-drop.",
    "garden.example CNAME walled.garden.example.",
    "domain:v2fly.example:@ads",
    "full:attr.example @cn",
    "DOMAIN-SUFFIX,clash.example",
    "+.mihomo.example",
    "  - '+.yaml.example'",
]


def test_each_line_is_read_by_its_own_form() -> None:
    assert names("auto", *MIXED) == [
        "plain.example",
        "full:hosts.example",
        "adblock.example",
        "full:exact.example",
        "dnsmasq.example",
        "unbound.example",
        "full:rpz.example",
        "full:nodata.example",
        "full:drop.example",
        "full:garden.example",
        "v2fly.example",
        "full:attr.example",
        "clash.example",
        "mihomo.example",
        "yaml.example",
    ]
    assert not reasons("auto", *MIXED)


@pytest.mark.parametrize("line", ["||a.example^", "+.a.example", "address=/a.example/", "a.example CNAME ."])
def test_whatever_most_lines_are_the_others_are_read_as_well(line: str) -> None:
    expected = {name.removeprefix("full:") for name in names("auto", *MIXED)}
    assert expected - {name.removeprefix("full:") for name in names("auto", *[line] * 30, *MIXED)} == set()


def test_a_named_format_reads_that_one_alone() -> None:
    assert names("hosts", *MIXED) == ["full:hosts.example"]


@pytest.mark.parametrize(
    "line",
    [
        "regexp:^a$",
        "keyword:a",
        "example.com##.ad",
        "##.ad",
        "||a.com^$client=x",
        "/a+/",
        "DOMAIN-KEYWORD,a",
        "a.com^",
    ],
)
def test_known_lines_that_dns_cannot_carry_are_told_apart(line: str) -> None:
    every = ["b.example", "c.example", line]
    assert names("auto", *every) == ["b.example", "c.example"]
    assert len(beyond_dns("auto", *every)) == 1


@pytest.mark.parametrize(
    "line", ["??", "two words", '{"error": "try later"}', "http://a.com/", "address=/a.com"]
)
def test_what_has_no_form_is_unusable(line: str) -> None:
    every = ["b.example", "c.example", line]
    assert names("auto", *every) == ["b.example", "c.example"]
    assert len(reasons("auto", *every)) == 1
    assert not beyond_dns("auto", *every)


def test_a_bare_name_means_what_the_form_of_most_lines_means_by_it() -> None:
    assert names("auto", "a.example", "b.example") == ["a.example", "b.example"]
    assert names("auto", "||a.example^", "||c.example^", "b.example")[-1] == "full:b.example"
    assert names("auto", "||a.example^", "||c.example^", *["b.example"] * 3)[-1] == "b.example"


def test_a_comment_after_a_name_is_none_of_a_page() -> None:
    assert names("auto", "a.example # why", "0.0.0.0 b.example ## why") == ["a.example", "full:b.example"]


def test_the_head_of_a_zone_within_another_list_says_nothing() -> None:
    zone = [
        "$TTL 60",
        "@ SOA ns. root. (",
        "  1 ; serial",
        "  60 60 60 60 )",
        "  NS ns.",
        "rpz.example CNAME .",
    ]
    lines = ["a.example", "b.example", "c.example", "d.example", *zone]
    assert parse(lines, "auto").format == "plain"
    assert names("auto", *lines)[4:] == ["full:rpz.example"]
    assert not reasons("auto", *lines)
