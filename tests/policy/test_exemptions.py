from __future__ import annotations

from dataclasses import asdict

import pytest

from sm_dns.lists.entry import Match
from sm_dns.policy.exemptions import from_json
from sm_dns.util.errors import BadInput
from tests.policy.office import at, exemption, tag

STREAMING = Match(tag("streaming", "fbvideo"), b"\x01a\x00", False, 1)
SOCIAL = Match(tag("social", "facebook"), b"\x01a\x00", False, 1)


HOURS = {"days": (0, 1, 2, 3, 4), "start": 540, "end": 660, "zone": "Asia/Kuala_Lumpur"}


def test_one_without_hours_reads_as_it_always_did() -> None:
    value = exemption()
    del value["hours"]
    assert from_json(value, "").hours is None


@pytest.mark.parametrize(
    ("moment", "in_force", "until", "begins"),
    [
        # Granted on Monday at 10:00, to the Wednesday of the week after at 10:00.
        ("2026-08-10T08:59:59", False, "2026-08-10T10:00", "2026-08-10T10:00"),
        ("2026-08-10T09:59:59", False, "2026-08-10T10:00", "2026-08-10T10:00"),
        ("2026-08-10T10:00:00", True, "2026-08-10T11:00", "2026-08-11T09:00"),
        ("2026-08-10T10:59:59", True, "2026-08-10T11:00", "2026-08-11T09:00"),
        ("2026-08-10T11:00:00", False, "2026-08-11T09:00", "2026-08-11T09:00"),
        ("2026-08-14T10:00:00", True, "2026-08-14T11:00", "2026-08-17T09:00"),
        ("2026-08-18T11:00:00", False, "2026-08-19T09:00", "2026-08-19T09:00"),
        # Its end is the end of its hours too, and nothing comes after it.
        ("2026-08-19T09:59:59", True, "2026-08-19T10:00", None),
        ("2026-08-19T10:00:00", False, None, None),
    ],
)
def test_when_it_is_in_force(moment: str, in_force: bool, until: str | None, begins: str | None) -> None:
    times = {"starts": at("2026-08-10T10:00"), "expires": at("2026-08-19T10:00")}
    one = from_json(exemption(**times, hours=HOURS), "")
    assert one.standing(at(moment)) == (in_force, until and at(until))
    assert one.begins(at(moment)) == (begins and at(begins))


def test_one_that_ends_before_its_hours_come_again_is_over() -> None:
    times = {"starts": at("2026-08-10T11:00"), "expires": at("2026-08-11T09:00")}
    assert from_json(exemption(**times, hours=HOURS), "").standing(at("2026-08-10T12:00")) == (False, None)


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
        ({"hours": {**HOURS, "end": 540}}, "e.hours"),
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
