"""`python -m tests.bench.memory`: the whole service's resident memory over a million queries for 200,000 names."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from tests.bench import load, questions
from tests.bench.peers import OURS
from tests.bench.rig import Rig
from tests.bench.service import BenchError, Memory

BAR = 110.0  # MiB
NAMES = 200_000
PASSES = 5
_SEED = 5


def measure(directory: Path) -> list[Memory]:
    """Memory after the start and after each pass over all names, every pass in an order of its own."""
    messages = questions.misses(NAMES, "m")
    dice = random.Random(_SEED)
    with Rig(directory) as rig:
        service = rig.start(OURS.name, OURS.prepare)
        found = [service.memory()]
        for number in range(PASSES):
            dice.shuffle(messages)
            load.once(service.port, rig.file(f"pass-{number}", messages), rig.load_core, seconds=120.0)
            found.append(service.memory())
    return found


def main() -> int:
    """Print the figures; 0 where the bar is kept."""
    try:
        with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as name:
            found = measure(Path(name))
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"MiB of all processes, RSS summed (PSS), after passes over {NAMES:,} names; the bar is {BAR:.0f}")
    print("  " + ", ".join(f"{memory.rss:.0f} ({memory.pss:.0f})" for memory in found))
    return 0 if max(memory.rss for memory in found) <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
