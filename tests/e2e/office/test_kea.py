"""The story with Kea behind a relay, and router advertisements by radvd."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.office.building import building, tell
from tests.e2e.office.servers import Kea, advertise, relay
from tests.e2e.office.story import ADVERTISED, PROGRAMS, Story, play

pytestmark = [pytest.mark.ipv6, pytest.mark.timeout(300)]


def test_an_office_with_kea_behind_a_relay(tmp_path: Path) -> None:
    with building(tmp_path, "kea-dhcp4", "dhcrelay", "radvd", *PROGRAMS) as office:
        tell("An office with Kea, ISC's relay to the second floor, and radvd")
        story = Story(office, Kea(office))
        relay(office)
        advertise(office, ADVERTISED)
        play(story)
