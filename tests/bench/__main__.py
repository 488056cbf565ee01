"""`python -m tests.bench`: compare sm-dns with other resolvers on this machine."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.bench import chart, committed, peers
from tests.bench.measure import FULL, QUICK, Bench
from tests.bench.peers.peer import Peer
from tests.bench.report import cpu_ratio, document, machine, table
from tests.bench.service import BenchError


def main() -> int:
    """Measure what is installed; 0 done, 1 failed, or a ratio fell."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    missing = [
        program for program in ("dnsperf", "taskset", "setpriv", peers.REFERENCE.program) if not _has(program)
    ]
    if missing:
        print(f"not installed: {', '.join(missing)} (Debian: dnsperf, unbound, util-linux)", file=sys.stderr)
        return 1
    chosen = [peer for peer in peers.ALL if _is_wanted(peer, options.peers)]
    plan = QUICK if options.quick else FULL
    versions = {peer.name: peer.version() for peer in chosen}
    print(f"machine: {machine()}; load average {os.getloadavg()[0]:.1f}")
    print(*(f"{name}: {version}" for name, version in versions.items()), sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as directory:
        try:
            results = Bench(chosen, plan, Path(directory)).run(_say)
        except BenchError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 1
    _say("")
    print(table(results, peers.REFERENCE.name))
    found = document(results, plan, versions)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    if options.chart:
        options.chart.parent.mkdir(parents=True, exist_ok=True)
        options.chart.write_text(chart.draw(chart.medians(found), found["machine"]))
    ratios = {
        f"{peer}, {kind}": cpu_ratio(results, kind, peer, peers.REFERENCE.name).median
        for kind, rounds in results.work.items()
        for peer in (peers.OURS.name, peers.PURE.name)
        if peer in rounds
    }
    return committed.conclude("others", ratios, keeps=options.keep)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, without the mixed work")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every round there")
    parser.add_argument("--chart", type=Path, metavar="FILE", help="draw CPU a query there, as SVG")
    parser.add_argument(
        "--peers", nargs="+", metavar="NAME", help="only these beside sm-dns and the reference"
    )
    parser.add_argument("--keep", action="store_true", help="write the ratios as those to compare with")
    return parser.parse_args()


def _is_wanted(peer: Peer, names: list[str] | None) -> bool:
    if peer in (peers.OURS, peers.REFERENCE):
        return True
    if not _has(peer.program):
        print(f"{peer.name} is not installed: left out")
        return False
    return names is None or peer.name in names


def _has(program: str) -> bool:
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is not None


def _say(text: str) -> None:
    """Show what is under way, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
