from __future__ import annotations

import pytest

from tests.lists.formats.reading import names, reasons


def test_domain_bare_and_full_with_attributes() -> None:
    lines = ["# comment", "domain:A.com @ads", "b.com # x", "full:c.com @cn @!cn", "d.com &other", "youtube"]
    assert names("v2fly", *lines) == ["a.com", "b.com", "full:c.com", "d.com", "youtube"]
    assert not reasons("v2fly", *lines)


@pytest.mark.parametrize(
    "line", ["regexp:^a.+$", "keyword:face", "include:google @ads", "a.com b.com", "domain:"]
)
def test_lines_without_a_name_are_problems(line: str) -> None:
    assert not names("v2fly", line)
    assert len(reasons("v2fly", line)) == 1
