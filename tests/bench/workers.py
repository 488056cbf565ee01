"""`python -m tests.bench.workers`: what a query costs with two workers, over one. Both services on the same core."""

from __future__ import annotations

import sys

from tests.bench import variants

BAR = 1.10
CLIENTS = 64  # ports: the kernel gives each to one of the workers
ONE = ("groups: []", "workers: 1")
TWO = ("groups: []", "workers: 2")

if __name__ == "__main__":
    sys.exit(variants.main("two workers over one", BAR, ONE, TWO, CLIENTS))
