from __future__ import annotations

import pytest

from tests.lists.formats.reading import names, reasons

SOA = [
    "$TTL 300",
    "@ IN SOA ns.example. root.example. (",
    "   2026010101 ; serial",
    "   1h 600 1w 60 )",
    "  IN NS ns.example.",
]


def test_owners_relative_to_the_zone() -> None:
    lines = [
        *SOA,
        "a.com CNAME .",
        "*.a.com 60 IN CNAME .",
        "b.com IN CNAME *.",
        "c.com A 0.0.0.0",
        "d.com AAAA ::",
    ]
    assert names("rpz", *lines) == ["full:a.com", "a.com", "full:b.com", "full:c.com", "full:d.com"]
    assert not reasons("rpz", *lines)


def test_the_zones_own_name_is_cut_off() -> None:
    expected = ["full:a.com", "full:b.com", "b.com"]
    with_origin = [
        "$ORIGIN rpz.example.",
        *SOA,
        "a.com CNAME .",
        "b.com.rpz.example. CNAME .",
        "*.b.com CNAME .",
    ]
    with_soa = [
        "RPZ.example. SOA . . 1 2 3 4 5",
        "a.com.rpz.example. CNAME .",
        "b.com CNAME .",
        "*.b.com CNAME .",
    ]
    from_root = ["$ORIGIN .", "rpz.example SOA . . 1 2 3 4 5", "a.com.rpz.example CNAME ."]
    assert names("rpz", *with_origin) == expected
    assert names("rpz", *with_soa) == expected
    assert names("rpz", *from_root) == expected[:1]


def test_an_origin_inside_the_zone_counts_in_the_name() -> None:
    lines = ["$ORIGIN rpz.example.", *SOA, "$ORIGIN com.rpz.example.", "a CNAME .", "*.b CNAME ."]
    assert names("rpz", *lines) == ["full:a.com", "b.com"]


def test_drops_and_gardens_deny_and_passthru_excepts() -> None:
    lines = [
        *SOA,
        "a.com CNAME rpz-drop.",
        "*.b.com CNAME walled.garden.example.",
        "c.com CNAME rpz-passthru.",
        "*.c.com CNAME RPZ-PASSTHRU.",
        "d.com CNAME d.com.",
    ]
    assert names("rpz", *lines) == ["full:a.com", "b.com", "not full:c.com", "not c.com", "not full:d.com"]
    assert not reasons("rpz", *lines)


def test_a_line_without_owner_takes_the_one_above() -> None:
    assert names("rpz", "a.com TXT why", "  CNAME .") == ["full:a.com"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a.com A 192.0.2.1", "local data"),
        ("a.com TXT why", "local data"),
        ("a.com CNAME rpz-tcp-only.", "denies nothing"),
        ("a.com CNAME", "not an action"),
        ("a.com FROG x", "not an action"),
        ("32.1.2.0.192.rpz-ip CNAME .", "trigger by address"),
        ("ns.evil.com.rpz-nsdname CNAME .", "trigger by address"),
        ("$INCLUDE other.zone", "not supported"),
        ("a.com", "no record type"),
        ("@ CNAME .", "empty name"),
    ],
)
def test_what_does_not_deny_a_name_is_said(line: str, reason: str) -> None:
    assert not names("rpz", line)
    (said,) = reasons("rpz", line)
    assert reason in said


def test_an_soa_that_never_closes_hides_no_line() -> None:
    assert len(reasons("rpz", "@ SOA . . ( 1 2 3", "4 5", "a.com CNAME .", "b.com CNAME .")) == 2
