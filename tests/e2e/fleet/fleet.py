"""Real servers that are one service, each in a house of its own on loopback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.processes import STEP_SECONDS, free_port
from tests.support.server import House

WAIT_SECONDS = 30.0
GROUP_AND_HOURS = {"schedule": "{}"}


def wait_until(holds: Callable[[], object], what: str, seconds: float = WAIT_SECONDS) -> float:
    """Wait until something holds; how long that took, in seconds."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, what
        time.sleep(STEP_SECONDS)
    return time.monotonic() - began


class Server(House):
    """A house that is a member of a fleet."""

    def __init__(
        self, directory: Path, upstream: str, name: str, role: str, address: str = "127.0.0.1"
    ) -> None:
        directory.mkdir()
        self.name = name
        self.role = role
        self.fleet_port = free_port()
        self.fleet_address = f"{address}:{self.fleet_port}"
        super().__init__(directory, [upstream])
        self.write_member()

    def write_member(self, *more: str, **given: Any) -> None:
        """The configuration of `House.write`, with the block of the fleet."""
        fleet = f'fleet: {{role: {self.role}, name: {self.name}, listen: "{self.fleet_address}"}}'
        self.write(fleet, *more, **given)

    def fleet(self) -> dict[str, Any]:
        """What `sm-dns fleet status --json` prints of what the server tells."""
        found = self.status()["fleet"]
        assert found is not None
        return dict(found)

    def place(self) -> tuple[int, int]:
        """The bundle that it goes by: epoch and generation."""
        found = self.status()["fleet"]
        return (0, 0) if found is None else (found["epoch"], found["generation"])

    def join(self, primary: Server) -> None:
        """Become a node of a primary, and wait until its policy is here."""
        url = primary.json("fleet", "invite")[0]["url"]
        done = self.run("fleet", "join", url)
        assert done.returncode == 0, done.stdout + done.stderr
        wait_until(
            lambda: self.place()[1] > 0, f"{self.name} took nothing: {self.server.err if self.server else ''}"
        )
