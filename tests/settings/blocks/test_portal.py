from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


def settings(tmp_path: Path, *lines: str) -> Settings:
    file = tmp_path / "sm-dns.yaml"
    file.write_text("\n".join(["schedules: {default: {}}", *lines]))
    return load_settings(file)


def test_off_by_default(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert not found.portal.is_on
    assert (found.sinkhole_ipv4, found.sinkhole_ipv6) == ("0.0.0.0", "::")


@pytest.mark.parametrize(
    ("lines", "ipv4", "ipv6"),
    [
        (['portal: {listen: ["10.0.0.5:80", "[fd00::5]:80"]}'], "10.0.0.5", "fd00::5"),
        (['portal: {listen: ["10.0.0.5:80"]}', "sinkhole: {ipv4: 10.0.0.9}"], "10.0.0.9", "::"),
        (['portal: {listen: ["10.0.0.5:80"]}', "block_page: {ipv4: 10.0.0.8}"], "10.0.0.8", "::"),
        (['portal: {listen: ["0.0.0.0:80", "[::]:80"]}'], "0.0.0.0", "::"),
        (
            ['portal: {listen: ["127.0.0.1:80", "[::1]:80", "[fe80::1%eth0]:80", "169.254.1.1:80"]}'],
            "0.0.0.0",
            "::",
        ),
        (['portal: {listen: ["10.0.0.5:8080"]}'], "0.0.0.0", "::"),
        (['portal: {https: ["10.0.0.5:443"]}', "tls: {certificate: c, key: k}"], "0.0.0.0", "::"),
    ],
)
def test_denied_names_point_to_the_page_where_browsers_find_it(
    tmp_path: Path, lines: list[str], ipv4: str, ipv6: str
) -> None:
    found = settings(tmp_path, *lines)
    assert (found.sinkhole_ipv4, found.sinkhole_ipv6) == (ipv4, ipv6)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('portal: {https: ["10.0.0.5:443"]}', "portal.https: needs"),
        ("portal: {certificate: c.pem}", "go together"),
        ('portal: {listen: ["10.0.0.5:80", "10.0.0.5:80"]}', "listened on already"),
        ('portal: {listen: ["127.0.0.1:5335"]}', "listened on already"),
        ('portal: {listen: ["10.0.0.5"]}', "no port"),
        ("portal: {name: a b}", "not allowed"),
        ("portal: {open: true}", "open"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        settings(tmp_path, line)
