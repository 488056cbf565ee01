"""How an upstream is, from what the workers know of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sm_dns.ipc.figures import UpstreamFigures, WorkerFigures

State = Literal["resting", "answers", "unasked", "silent"]
RESTING: State = "resting"
ANSWERS: State = "answers"
UNASKED: State = "unasked"
SILENT: State = "silent"
IN_WORDS = {RESTING: "resting", UNASKED: "not asked yet", SILENT: "no answer yet"}


@dataclass(frozen=True)
class Upstream(UpstreamFigures):
    """What all workers together know of one."""

    state: State


def state(upstream: UpstreamFigures) -> State:
    """Whether it is left alone for now, answers, was never asked, or never answered."""
    if upstream.resting:
        return RESTING
    if upstream.answers:
        return ANSWERS
    return SILENT if upstream.failures else UNASKED


def together(workers: Iterable[WorkerFigures]) -> list[Upstream]:
    """Each upstream once: the worst of what the workers say, the latency of those that know one (0 if none does)."""
    found: dict[str, UpstreamFigures] = {}
    for worker in workers:
        for each in worker.upstreams:
            told = each if each.answers else replace(each, latency_ms=0.0)
            known = found.get(each.address)
            found[each.address] = told if known is None else _worst(known, told)
    return [Upstream(**vars(known), state=state(known)) for known in found.values()]


def _worst(one: UpstreamFigures, other: UpstreamFigures) -> UpstreamFigures:
    return UpstreamFigures(
        address=one.address,
        latency_ms=max(one.latency_ms, other.latency_ms),
        resting=one.resting or other.resting,
        failures=one.failures + other.failures,
        answers=one.answers + other.answers,
        without_edns=one.without_edns or other.without_edns,
        without_tcp=one.without_tcp or other.without_tcp,
        trouble=one.trouble or other.trouble,
    )
