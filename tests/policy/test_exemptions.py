from __future__ import annotations

from dataclasses import asdict

import pytest

from sm_dns.lists.entry import Match
from sm_dns.policy.exemptions import from_json
from sm_dns.util.errors import BadInput
from tests.policy.office import exemption, tag

STREAMING = Match(tag("streaming", "fbvideo"), b"\x01a\x00", False, 1)
SOCIAL = Match(tag("social", "facebook"), b"\x01a\x00", False, 1)


def test_an_exemption_is_read() -> None:
    value = exemption(network="10.1.2.0/24", service="facebook")
    assert asdict(from_json(value, "")) == {**value, "who": None}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": None}, "e.id"),
        ({"approver": ""}, "e.approver"),
        ({"reason": ""}, "e.reason"),
        ({"starts": "now"}, "e.starts"),
        ({"expires": None}, "e.expires"),
        ({"expires": 0}, "e"),
        ({"group": None}, "e"),
        ({"category": None}, "e"),
        ({"network": "10.1.2.3/8"}, "e.network"),
        ({"until": 1}, "e.until"),
    ],
)
def test_a_mistake_is_named(changes: dict[str, object], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_json(exemption(**changes), "e")
    assert str(caught.value.reason).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"category": "streaming"}, True),
        ({"category": "social"}, False),
        ({"category": None, "service": "fbvideo"}, True),
        ({"category": None, "service": "facebook"}, True),
        ({"category": None, "service": "x"}, False),
        ({"category": "social", "service": "facebook"}, True),
        ({"category": "social", "service": "fbvideo"}, False),
    ],
)
def test_what_it_covers_of_a_name_that_streaming_decides(changes: dict[str, object], expected: bool) -> None:
    assert from_json(exemption(**changes), "").covers((STREAMING, SOCIAL), STREAMING) is expected
