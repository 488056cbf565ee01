from __future__ import annotations

import pytest

from tests.lists.formats.reading import beyond_dns, names, reasons


def test_denying_zones_and_data() -> None:
    lines = [
        "server:",
        '  local-zone: "a.com" always_nxdomain',
        'local-zone: "b.com." refuse  # why',
        "local-zone: 'c.com' redirect",
        'local-data: "c.com A 192.0.2.1"',
        'local-data: "x.c.com. 60 IN A 192.0.2.1"',
        'local-data: "d.com A 0.0.0.0"',
        'local-data: "e.com. 3600 IN AAAA ::"',
        "# comment",
    ]
    assert names("unbound", *lines) == ["a.com", "b.com", "c.com", "full:d.com", "full:e.com"]
    assert not reasons("unbound", *lines)


@pytest.mark.parametrize(
    "kind",
    [
        "deny",
        "refuse",
        "static",
        "redirect",
        "inform_deny",
        "inform_redirect",
        "always_refuse",
        "always_null",
        "always_nxdomain",
        "always_nodata",
        "always_deny",
    ],
)
def test_every_type_that_denies(kind: str) -> None:
    assert names("unbound", f'local-zone: "a.com" {kind}') == ["a.com"]


@pytest.mark.parametrize(
    "kind", ["transparent", "typetransparent", "always_transparent", "inform", "nodefault"]
)
def test_an_open_zone_is_an_exception(kind: str) -> None:
    assert names("unbound", f'local-zone: "a.com" {kind}') == ["not a.com"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('local-zone: "a.com" block_a', "not a zone type"),
        ('local-zone: "a.com"', "not a zone type"),
        ("local-zone:", "nothing after"),
        ('local-data: "a.com A 192.0.2.1"', "maps a name"),
        ('local-data: "a.com"', "no record type"),
        ("do-ip6: no", "not a local-zone"),
        ("a.com", "not a local-zone"),
    ],
)
def test_other_lines_are_problems(line: str, reason: str) -> None:
    assert not names("unbound", line)
    (said,) = reasons("unbound", line)
    assert reason in said


def test_reverse_data_is_not_for_dns_here() -> None:
    assert len(beyond_dns("unbound", 'local-data-ptr: "192.0.2.1 a.com"')) == 1
