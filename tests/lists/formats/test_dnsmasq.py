from __future__ import annotations

import pytest

from tests.lists.formats.reading import beyond_dns, names, reasons

OTHERS = ("ipset", "nftset", "cname", "bogus-nxdomain")


def test_denying_lines() -> None:
    lines = [
        "# comment",
        "address=/a.com/0.0.0.0",
        "address=/b.com/::",
        "address=/c.com/d.com/#",
        "address=/e.com/",
        "local=/f.com/  # why",
        "server=/g.com/",
    ]
    assert names("dnsmasq", *lines) == ["a.com", "b.com", "c.com", "d.com", "e.com", "f.com", "g.com"]
    assert not reasons("dnsmasq", *lines)


def test_what_goes_to_the_ordinary_servers_is_an_exception() -> None:
    assert names("dnsmasq", "server=/a.com/b.com/#", "local=/c.com/#") == [
        "not a.com",
        "not b.com",
        "not c.com",
    ]


def test_other_options_of_such_files_are_known_and_deny_nothing() -> None:
    lines = ["ipset=/a.com/x", "nftset=/a.com/4#x", "cname=b.com,a.com", "bogus-nxdomain=192.0.2.1"]
    for form in ("dnsmasq", "auto"):
        assert beyond_dns(form, "address=/a.com/", *lines) == [
            f"{option} denies no name" for option in OTHERS
        ]


@pytest.mark.parametrize(
    "line",
    [
        "server=/a.com/192.0.2.1",
        "address=/nas.lan/192.168.1.5",
        "address=/a.com",
        "address=a.com/",
        "no-resolv",
        "cache-size=1000",
        "local=//",
    ],
)
def test_other_lines_are_problems(line: str) -> None:
    assert not names("dnsmasq", line)
    assert len(reasons("dnsmasq", line)) == 1
