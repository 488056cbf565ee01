from __future__ import annotations

import pytest

from tests.lists.formats.reading import beyond_dns, names, reasons


def test_domain_bare_and_full_with_attributes() -> None:
    lines = ["# comment", "domain:A.com @ads", "b.com # x", "full:c.com @cn @!cn", "d.com &other", "youtube"]
    lines += ["domain:e.com:@ads", "full:f.com:@cn,@ads"]
    assert names("v2fly", *lines) == [
        "a.com",
        "b.com",
        "full:c.com",
        "d.com",
        "youtube",
        "e.com",
        "full:f.com",
    ]
    assert not reasons("v2fly", *lines)


@pytest.mark.parametrize("line", ["regexp:^a.+$", "keyword:face", "regexp:a b #c"])
def test_patterns_are_not_for_dns(line: str) -> None:
    assert not names("v2fly", line)
    assert len(beyond_dns("v2fly", line)) == 1


@pytest.mark.parametrize("line", ["include:google @ads", "a.com b.com", "domain:", "geoip:cn"])
def test_lines_without_a_name_are_problems(line: str) -> None:
    assert not names("v2fly", line)
    assert len(reasons("v2fly", line)) == 1
    assert not beyond_dns("v2fly", line)
