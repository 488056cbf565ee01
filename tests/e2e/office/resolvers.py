"""The resolvers of the office: the program and its configuration, each on a host and a port 53 of its own."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.office.building import OUTSIDE, SOCIAL, Building
from tests.support.server import House

LEAD = 12.0  # seconds at least before an edge that is announced: enough to be read, and denied once more
_WEEK = "weekend_mode: as_workday, holiday_mode: ignore, work_start: '07:30', after_start: '17:30'"


def next_edge() -> float:
    """A full minute that comes soon: real clocks pass it while the story goes on."""
    return (time.time() + LEAD) // 60 * 60 + 60


def opening_at(edge: float) -> str:
    """A schedule that opens then, about noon, whatever hour it is: it is that of a zone where it is noon."""
    at = datetime.fromtimestamp(edge, UTC)
    zone = f"Etc/GMT{at.hour - 12:+d}"  # POSIX writes what is west with a plus
    return f"{{timezone: {zone}, {_WEEK}, rest: ['12:{at.minute:02d}', '14:30']}}"


class Resolver:
    """One server, at an IPv4 and an IPv6 address that its host has."""

    def __init__(self, building: Building, name: str, ipv4: str, ipv6: str) -> None:
        folder = building.directory / name
        folder.mkdir()
        self.name, self.ipv4, self.ipv6 = name, ipv4, ipv6
        self.link_local = f"fe80::{ipv6.rpartition(':')[2]}"
        self.house = House(folder, [OUTSIDE])
        self.house.zones.mkdir()
        (self.house.zones / "social.txt").write_text(f"{SOCIAL}\n")
        building.houses.append(self.house)
        self._building = building
        building.add_server(name, f"{ipv4}/24", f"{ipv6}/64", f"{self.link_local}/64")

    def start(self, edge: float, leases: Path, staff: str) -> None:
        """Serve both floors, closed until an edge; who asks is known by leases, neighbours and the staff map."""
        self._leases = leases
        (self.house.directory / "staff.csv").write_text(staff)
        self.open_at(edge)
        self.house.start(prefix=self._building.net.on(self.name))

    def open_at(self, edge: float) -> None:
        """Write another edge into the configuration; a server that runs sees it."""
        self._schedule = opening_at(edge)
        self._write()

    def move(self, ipv4: str) -> None:
        """Go to another IPv4 address, as an administrator does it: stop, the new address, start."""
        assert self.house.stop() == 0
        self._building.net.take_away(self.name, "lan", f"{self.ipv4}/24")
        self._building.net.give(self.name, "lan", f"{ipv4}/24")
        self._building.net.route(self.name, "10.77.0.1")
        self.ipv4 = ipv4
        self._write()
        self.house.start(prefix=self._building.net.on(self.name))

    def _write(self) -> None:
        plan = {"leases": [str(self._leases)], "staff_map": "staff.csv", "base": 10}
        pages = json.dumps([f"{self.ipv4}:80", f"[{self.ipv6}]:80"])
        self.house.write(
            f"portal: {{listen: {pages}, name: notis.example}}",
            f"monitoring: {json.dumps(plan)}",
            listen=[f"{self.ipv4}:53", f"[{self.ipv6}]:53", f"[{self.link_local}%lan]:53"],
            clients=["10.77.0.0/16", "fd77::/16", "fe80::/10"],
            schedule=self._schedule,
        )

    def seen(self) -> tuple[int, int]:
        """How many staff the report counts, and how many that nobody knows."""
        now, day = datetime.now(UTC), timedelta(days=1)  # the office's date may be another than that of UTC
        dates = ("--from", str((now - day).date()), "--to", str((now + day).date()))
        done = self.house.run("report", "usage", *dates, "--format", "json")
        assert done.returncode == 0, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report["coverage"]["staff_seen"], report["coverage"]["unmapped_seen"]
