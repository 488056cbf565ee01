"""The story with a router that does it all, by dnsmasq."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.office.building import building, tell
from tests.e2e.office.servers import Router
from tests.e2e.office.story import ADVERTISED, PROGRAMS, Story, play

pytestmark = [pytest.mark.ipv6, pytest.mark.timeout(300)]


def test_an_office_whose_router_does_it_all(tmp_path: Path) -> None:
    with building(tmp_path, *PROGRAMS) as office:
        tell("An office whose router does it all, by dnsmasq")
        play(Story(office, Router(office, ADVERTISED)))
