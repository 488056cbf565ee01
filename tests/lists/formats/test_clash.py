from __future__ import annotations

import pytest

from tests.lists.formats.reading import beyond_dns, names, reasons


def test_rules_of_every_kin() -> None:
    lines = [
        "# note",
        "payload:",
        "  - '+.a.com'",
        '  - "www.b.com"',
        "  - .c.com",
        "  - '*.d.com'",
        "  - DOMAIN-SUFFIX,e.com",
        "  - DOMAIN,f.com  # why",
        "DOMAIN-SUFFIX,g.com,REJECT",
        "HOST,h.com,Advertising",
        "+.i.com",
        '  - "domain:j.com:@ads"',
        '  - "full:k.com"',
    ]
    assert names("clash", *lines) == [
        "a.com",
        "full:www.b.com",
        "c.com",
        "d.com",
        "e.com",
        "full:f.com",
        "g.com",
        "full:h.com",
        "i.com",
        "j.com",
        "full:k.com",
    ]
    assert not reasons("clash", *lines)


@pytest.mark.parametrize(
    "line",
    [
        "DOMAIN-KEYWORD,exam",
        "IP-CIDR,192.0.2.0/24,no-resolve",
        "  - GEOIP,CN",
        "USER-AGENT,Exam*",
        "DOMAIN-SUFFIX,a.com,DIRECT",
        '- "regexp:^a.+$"',
        "- 'a.*.com'",
        "MATCH,REJECT",
    ],
)
def test_what_dns_cannot_keep(line: str) -> None:
    assert not names("clash", line)
    assert len(beyond_dns("clash", line)) == 1


@pytest.mark.parametrize("line", ["example.com", "NOVELTY,a.com", "-", "- ''", "DOMAIN,", "DOMAIN,a b.com"])
def test_other_lines_are_problems(line: str) -> None:
    assert not names("clash", line)
    assert len(reasons("clash", line)) == 1
    assert not beyond_dns("clash", line)
