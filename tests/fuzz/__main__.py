"""`python -m tests.fuzz`: a million queries and more through the scanner, and a share for every other reader."""

from __future__ import annotations

import argparse
import secrets
import sys
import traceback

from tests.fuzz import configuring, forwarded, knowing, leasing, listing, scanning, tabling, walking
from tests.fuzz.target import Broken, Target, run

PLAN: dict[Target, int] = {
    scanning.TARGET: 1_000_000,
    walking.TARGET: 300_000,
    forwarded.TARGET: 300_000,
    listing.TARGET: 100_000,
    leasing.TARGET: 50_000,
    knowing.TARGET: 50_000,
    tabling.TARGET: 50_000,
    configuring.TARGET: 20_000,
}


def main() -> int:
    """Run the plan or a part of it; 0 where every invariant held, 1 with the example where one did not."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[[], *(target.name for target in PLAN)])
    parser.add_argument("--examples", type=int, help="of each target, instead of the plan's")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="repeats a run")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    for target, planned in PLAN.items():
        if options.targets and target.name not in options.targets:
            continue
        try:
            done = run(target, options.examples or planned, options.seed)
        except Broken as broken:
            traceback.print_exception(broken.__cause__)
            print(f"BROKEN {broken}", file=sys.stderr)
            return 1
        print(
            f"{target.name}: {done.examples} examples, {done.taken} taken, {done.seconds:.0f} s", flush=True
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
