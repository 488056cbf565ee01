"""Results as a table for people and as JSON for programs."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from tests.bench.measure import LATENCY_RATE, Plan, Results, Standing


class Ratio(NamedTuple):
    """One peer over another, over the rounds."""

    least: float
    median: float
    most: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.least:.2f}-{self.most:.2f})"


def ratio(ours: Sequence[float], reference: Sequence[float]) -> Ratio:
    """Compare round by round: what ran side by side is divided, then the median is taken."""
    ratios = [one / other for one, other in zip(ours, reference, strict=True)]
    return Ratio(min(ratios), median(ratios), max(ratios))


def cpu_ratio(results: Results, kind: str, peer: str, reference: str) -> Ratio:
    """CPU a query of a peer over the reference's."""
    rounds = results.work[kind]
    return ratio([one.cpu_us for one in rounds[peer]], [one.cpu_us for one in rounds[reference]])


def machine() -> str:
    """Processor, cores and kernel in a line."""
    model = next(_cpu_models(), platform.processor())
    return f"{model}, {platform.machine()}, Linux {platform.release()}"


def table(results: Results, reference: str) -> str:
    """The figures to read; ratios are to the reference, median (least-most) over the rounds."""
    lines: list[str] = []
    for kind, rounds in results.work.items():
        lines += [
            "",
            f"{kind:22} {'CPU us/query':>14} {'x ' + reference:>20} {'queries/s':>12} {'x ' + reference:>20}",
        ]
        for peer, figures in rounds.items():
            rates = ratio([one.rate for one in figures], [one.rate for one in rounds[reference]])
            lost = sum(one.lost for one in figures)
            lines.append(
                f"  {peer:20} {median(one.cpu_us for one in figures):14.1f}"
                f" {cpu_ratio(results, kind, peer, reference)!s:>20}"
                f" {median(one.rate for one in figures):12,.0f} {rates!s:>20}"
                + (f"  {lost} lost" if lost else "")
            )
    lines += ["", f"latency at {LATENCY_RATE:,} queries/s, cached names: us"]
    lines += [f"  {'':20} {'p50':>14} {'x ' + reference:>20} {'p99':>12} {'x ' + reference:>20}"]
    for peer, latencies in results.latency.items():
        base = results.latency[reference]
        p50 = ratio([one.p50_us for one in latencies], [one.p50_us for one in base])
        p99 = ratio([one.p99_us for one in latencies], [one.p99_us for one in base])
        lines.append(
            f"  {peer:20} {median(one.p50_us for one in latencies):14.0f} {p50!s:>20}"
            f" {median(one.p99_us for one in latencies):12.0f} {p99!s:>20}"
        )
    lines += ["", "the whole service: MiB of all its processes, RSS summed (PSS: shared pages split)"]
    lines += [f"  {'':20} {'started':>14} {'after the work':>18} {'first answer':>14} {'idle CPU':>12}"]
    lines += [_standing(peer, standing) for peer, standing in results.standing.items()]
    return "\n".join(lines[1:])


def document(results: Results, plan: Plan, versions: dict[str, str]) -> dict[str, Any]:
    """Everything, every round, as plain data."""
    return {
        "machine": machine(),
        "versions": versions,
        "plan": asdict(plan),
        "work": {
            kind: {peer: [one._asdict() for one in figures] for peer, figures in rounds.items()}
            for kind, rounds in results.work.items()
        },
        "latency": {
            peer: [one._asdict() for one in latencies] for peer, latencies in results.latency.items()
        },
        "standing": {
            peer: {
                **standing._asdict(),
                "started": standing.started._asdict(),
                "worked": standing.worked._asdict(),
            }
            for peer, standing in results.standing.items()
        },
    }


def _standing(peer: str, standing: Standing) -> str:
    started, worked = (
        f"{memory.rss:.0f} ({memory.pss:.0f})" for memory in (standing.started, standing.worked)
    )
    return f"  {peer:20} {started:>14} {worked:>18} {standing.start_seconds:12.2f} s {standing.idle_ms:7.1f} ms/s"


def _cpu_models() -> Iterator[str]:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            yield value.strip()
