"""`python -m tests.bench.ways`: CPU a query beside unbound, by the way of asking and at the rates of an office.

Cached names over UDP on a wildcard address, over TCP, TLS and HTTPS as fast as they are taken, and over UDP and TCP
so many a second. The wildcard is compared with unbound on one address, which is the faster of what unbound has.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import committed, https_load, load, questions
from tests.bench.peers import every_way
from tests.bench.report import ratio
from tests.bench.rig import Rig, Work, in_turn
from tests.bench.service import BenchError, Service
from tests.support.certificates import make_certificate

ROUNDS = 5
SECONDS = 1.2
STEADY_SECONDS = 2.0
OURS, REFERENCE = "sm-dns", "unbound"


class Way(NamedTuple):
    """A way of asking: the service of ours that is asked, the most that its ratio may be, and one round of it."""

    ours: str
    bar: float
    work: Callable[[Service, int], load.Load]


def measure(rounds: int, only: Sequence[str]) -> dict[str, dict[str, list[Work]]]:
    """Every round of every way, or of some, by service. Raises `BenchError`."""
    with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as name, Rig(Path(name)) as rig:
        certificate, key = make_certificate(Path(name))
        told = {label: every_way.encrypted(certificate, key) for label in (OURS, REFERENCE)}
        services = {
            OURS: rig.start(OURS, partial(every_way.prepare_ours, told[OURS])),
            "wildcard": rig.start("wildcard", every_way.prepare_wildcard),
            REFERENCE: rig.start(REFERENCE, partial(every_way.prepare_unbound, told[REFERENCE])),
        }
        found: dict[str, dict[str, list[Work]]] = {}
        for title, way in _ways(rig, told).items():
            if only and title not in only:
                continue
            pair = [services[way.ours], services[REFERENCE]]
            for service in pair:
                way.work(service, -1)
            found[title] = in_turn(pair, rounds, way.work)
            print(_line(title, way, found[title]), flush=True)
        return found


def _ways(rig: Rig, told: Mapping[str, every_way.Encrypted]) -> dict[str, Way]:
    denied, cached = (
        rig.file(kind, made)
        for kind, made in (("denied", questions.denied()), ("cached", questions.cached()))
    )
    core = rig.load_core

    def flood(file: Path, mode: str, service: Service, _: int) -> load.Load:
        port = told[service.name].dot if mode == "dot" else service.port
        return load.flood(port, file, core, SECONDS, mode=mode)

    def steady(rate: int, mode: str, service: Service, _: int) -> load.Load:
        return load.steady(service.port, cached, core, rate, STEADY_SECONDS, mode)[1]

    def https(service: Service, _: int) -> load.Load:
        return https_load.flood(told[service.name].doh, every_way.PATH, rig.directory, core)

    return {
        "UDP, denied": Way(OURS, 0.9, partial(flood, denied, "udp")),
        "UDP, cached": Way(OURS, 0.9, partial(flood, cached, "udp")),
        "wildcard, denied": Way("wildcard", 0.9, partial(flood, denied, "udp")),
        "wildcard, cached": Way("wildcard", 0.9, partial(flood, cached, "udp")),
        "TCP": Way(OURS, 2.0, partial(flood, cached, "tcp")),
        "TCP, 3,000 a second": Way(OURS, 2.0, partial(steady, 3_000, "tcp")),
        "DoT": Way(OURS, 2.0, partial(flood, cached, "dot")),
        "DoH": Way(OURS, 4.0, https),
        "UDP, 3,000 a second": Way(OURS, 1.1, partial(steady, 3_000, "udp")),
        "UDP, 1,000 a second": Way(OURS, 1.1, partial(steady, 1_000, "udp")),
    }


def _line(title: str, way: Way, rounds: Mapping[str, Sequence[Work]]) -> str:
    ours, theirs = ([one.cpu_us for one in rounds[name]] for name in (way.ours, REFERENCE))
    lost = sum(one.lost for one in rounds[way.ours])
    figures = (
        f"{median(ours):7.1f} us {median(theirs):7.1f} us  {ratio(ours, theirs)!s:>20}  bar {way.bar:.2f}"
    )
    return f"  {title:20} {figures}" + (f"  {lost} lost" if lost else "")


def main() -> int:
    """Measure and print; 1 where that was not possible, or a ratio fell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ways", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure of every round there")
    parser.add_argument("--only", nargs="+", metavar="WAY", default=[], help="only these ways of asking")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", action="store_true", help="write the ratios as those to compare with")
    options = parser.parse_args()
    print(f"CPU a query: ours, unbound's, and the ratio, median (least-most) of {options.rounds} rounds")
    try:
        found = measure(options.rounds, options.only)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        options.json.write_text(json.dumps(_plain(found), indent=1) + "\n")
    return committed.conclude("ways", _ratios(found), keeps=options.keep)


def _ratios(found: Mapping[str, Mapping[str, Sequence[Work]]]) -> dict[str, float]:
    """Ours over the reference's, the median of the rounds."""
    ratios: dict[str, float] = {}
    for title, by_service in found.items():
        (ours,) = (rounds for name, rounds in by_service.items() if name != REFERENCE)
        theirs = by_service[REFERENCE]
        ratios[title] = ratio([one.cpu_us for one in ours], [one.cpu_us for one in theirs]).median
    return ratios


def _plain(found: Mapping[str, Mapping[str, Sequence[Work]]]) -> dict[str, dict[str, list[dict[str, float]]]]:
    return {
        way: {name: [one._asdict() for one in rounds] for name, rounds in by_service.items()}
        for way, by_service in found.items()
    }


if __name__ == "__main__":
    sys.exit(main())
