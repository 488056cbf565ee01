from __future__ import annotations

import pytest

from sm_dns.monitor.identity.addresses import is_ipv4
from sm_dns.util.ip_networks import canonical


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("FD00:0::1", "fd00::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        (" fd00::2 ", "fd00::2"),
        ("10.0.0", None),
        ("", None),
        ("host", None),
    ],
)
def test_one_spelling(text: str, wanted: str | None) -> None:
    assert canonical(text) == wanted


def test_families() -> None:
    assert is_ipv4("10.0.0.1")
    assert not is_ipv4("fd00::1")
