"""`python -m tests.soak`: ten minutes, or `SOAK_SECONDS`, of load and trouble; 0 where everything held."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.e2e.upstreams.hostile import hostile_upstreams
from tests.soak.soak import soak
from tests.support.lying import lying_upstream
from tests.support.processes import free_port
from tests.support.server import House
from tests.support.unbound import Unbound


def main() -> int:
    """Run once and say the figures."""
    seconds = float(os.environ.get("SOAK_SECONDS", "600"))
    with (
        tempfile.TemporaryDirectory(prefix="sm-dns-soak-") as name,
        lying_upstream() as flapping,
        hostile_upstreams() as hostile,
    ):
        directory = Path(name)
        unbound = Unbound(directory, free_port())
        unbound.start()
        house = House(directory, [unbound.address])
        try:
            figures = soak(house, flapping, hostile, seconds)
            complaints = figures.complaints(house.server.err if house.server else "")
        finally:
            house.close()
            unbound.stop()
    print(
        f"{figures.sent} queries, {figures.lost} lost, {figures.wrong} wrong, slowest {figures.slowest:.2f} s, "
        f"{figures.changes} changes, {figures.faults} faults; memory {figures.memory} KiB, grown {figures.growth:.1%}"
    )
    print(*complaints, sep="\n", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
