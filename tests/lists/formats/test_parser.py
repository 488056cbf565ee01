from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text, labels, to_text
from sm_dns.lists.formats import parser
from sm_dns.lists.formats.parser import FORMATS, MAX_LINE, READERS, parse
from sm_dns.lists.formats.rule import ToAscii
from sm_dns.util.errors import BadInput

SAMPLES = {
    "plain": ["# note", "example.com", "full:a.example.net"],
    "hosts": ["127.0.0.1 localhost", "0.0.0.0 ads.example.com", "0.0.0.0 b.example.org"],
    "adblock": ["[Adblock Plus 2.0]", "! Title", "||example.com^", "||b.example.org^$important"],
    "dnsmasq": ["# dnsmasq", "address=/example.com/0.0.0.0", "local=/b.example.org/"],
    "rpz": ["$TTL 60", "@ SOA . . 1 2 3 4 5", "example.com CNAME .", "*.example.com CNAME ."],
    "unbound": [
        "server:",
        'local-zone: "example.com" always_nxdomain',
        'local-data: "b.example.org A 0.0.0.0"',
    ],
    "clash": ["payload:", "  - '+.example.com'", "  - DOMAIN,b.example.org", "  - DOMAIN-KEYWORD,exam"],
    "v2fly": ["domain:example.com", "full:b.example.org @cn", "keyword:exam"],
}
SIGNS = [*"#!|^$@*./=:;()-_ \t\"\\[]0123aZ\x00\x0b\x1c\x85\u00e9\u212a\u0130\ud7ff",
    "||", "@@", "##", "full:", "domain:", "include:", "address=/", "server=/", "local=/", "0.0.0.0 ", "::1 ",
    "example", ".com", " CNAME .", "local-zone: ", " refuse", "DOMAIN,", "+.", "- ", "payload:", "$denyallow=", ":@",
    "$ORIGIN ", " SOA ", " IN ", " 60 ", "*.", "@signal", "rpz-ip",
]  # fmt: skip
texts = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SIGNS), max_size=12).map("".join))


@given(
    st.lists(texts, max_size=12),
    st.sampled_from(FORMATS),
    st.sampled_from([None, lambda text: "xn--" + text]),
)
def test_any_text_is_read_without_an_error_and_gives_canonical_names(
    lines: list[str], format: str, to_ascii: ToAscii | None
) -> None:
    try:
        parsed = parse(lines, format, to_ascii)
    except BadInput as error:
        assert "web page" in str(error.reason)
        return
    for entry in parsed.entries:
        assert from_text(to_text(entry.name)) == entry.name
        assert all(labels(entry.name))
        assert 1 <= entry.line <= len(lines)
    numbers = [problem.line for problem in parsed.left_out.lines]
    assert numbers == sorted(set(numbers))
    assert all(problem.reason for problem in parsed.left_out.lines)
    assert not {entry.line for entry in parsed.entries} & set(numbers)


@pytest.mark.parametrize("format", READERS)
def test_the_format_is_recognised(format: str) -> None:
    parsed = parse(SAMPLES[format], "auto")
    assert parsed.format == format
    assert from_text("example.com") in {entry.name for entry in parsed.entries} or format == "hosts"


@pytest.mark.parametrize("format", READERS)
def test_a_list_with_crlf_ends_and_a_mark_at_its_start_reads_the_same(format: str) -> None:
    lines = [line + "\r" for line in SAMPLES[format]]
    assert parse(["\ufeff" + lines[0], *lines[1:]], format) == parse(SAMPLES[format], format)


@pytest.mark.parametrize("page", ["<!DOCTYPE html>", "<html lang=en>", "  <HEAD>", "<?xml version='1.0'?>"])
@pytest.mark.parametrize("format", FORMATS)
def test_a_web_page_is_not_a_list(page: str, format: str) -> None:
    with pytest.raises(BadInput, match="web page"):
        parse(["", page, "example.com"], format)


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="unknown list format 'csv'"):
        parse([], "csv")


def test_a_long_line_is_a_problem_and_the_next_one_counts() -> None:
    parsed = parse(["a" * (MAX_LINE + 1), "example.com"], "plain")
    assert [problem.line for problem in parsed.left_out.lines] == [1]
    assert [entry.line for entry in parsed.entries] == [2]


def test_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_LINES", 10)
    assert not parse([""] * 10, "plain").entries
    with pytest.raises(BadInput, match="more than 10 lines"):
        parse([""] * 11, "plain")
