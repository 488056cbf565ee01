from __future__ import annotations

import pytest

from sm_dns.lists.formats.parser import parse
from tests.lists.formats.reading import names, reasons


def test_suffixes_exact_names_and_comments() -> None:
    lines = ["# note", "", "  Example.com.  # why", "full:a.example.net", "*.b.org", "! header", "weibo"]
    assert names("plain", *lines) == ["example.com", "full:a.example.net", "b.org", "weibo"]
    assert not reasons("plain", *lines)


def test_attributes() -> None:
    (entry,) = parse(["full:use-application-dns.net @signal @nxdomain"], "plain").entries
    assert (entry.exact, entry.signal, entry.answer, entry.line) == (True, True, "nxdomain", 1)
    (entry,) = parse(["example.com"], "plain").entries
    assert (entry.exact, entry.signal, entry.embedded, entry.answer) == (False, False, False, None)
    (entry,) = parse(["cdn.example.com @embedded  # pictures"], "plain").entries
    assert (entry.signal, entry.embedded, entry.answer) == (False, True, None)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("example.com other.com", "unexpected word 'other.com'"),
        ("example.com @loud", "unknown attribute '@loud'"),
        ("example.com @nodata @refused", "two answers"),
        ("full:*.example.com", "not allowed"),
        ("full:", "empty name"),
        ("http://example.com/", "not allowed"),
        ("0.0.0.0 example.com", "unexpected word"),
    ],
)
def test_what_is_wrong_is_said(line: str, reason: str) -> None:
    (said,) = reasons("plain", line)
    assert reason in said
