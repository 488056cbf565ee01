from __future__ import annotations

import pytest

from sm_dns.monitor.identity.departments import Departments
from sm_dns.util.errors import BadInput


def test_the_longest_network_wins() -> None:
    departments = Departments({"Office": ["10.0.0.0/8", "fd00::/16"], "Finance": ["10.1.0.0/16"]})
    found = [departments.of(one) for one in ("10.1.2.3", "10.2.0.1", "fd00::1", "192.0.2.1", "x")]
    assert found == ["Finance", "Office", "Office", "", ""]


def test_no_network_is_an_error() -> None:
    with pytest.raises(BadInput, match="not a network"):
        Departments({"x": ["10.0.0.1/8"]})
