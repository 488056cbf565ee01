"""What wants a person of the processes that answer: they were started anew, met errors, have no policy to go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sm_dns.control.clock import utc_iso
from sm_dns.control.finding import Finding
from sm_dns.control.lately import is_recent


def worker_findings(
    workers: Iterable[dict[str, Any]], portal: dict[str, Any] | None, now: float
) -> list[dict[str, str]]:
    """The findings over what `Workers.status` and `Portal.status` tell, at `now` (POSIX seconds)."""
    found = [finding for worker in workers for finding in _of_worker(worker, now)]
    if portal is not None and is_recent(portal["ends"]["last"], now):
        ends = portal["ends"]
        since, last = utc_iso(ends["first"]), utc_iso(ends["last"])
        text = (
            f"the portal was started anew {ends['count']} times since {since}, last at {last}: {ends['what']}"
        )
        found.append(Finding("warning", text))
    return [asdict(finding) for finding in found]


def _of_worker(worker: dict[str, Any], now: float) -> Iterator[Finding]:
    number, ends = worker["number"], worker["ends"]
    faults = worker.get("faults", {"last": 0.0})
    if worker.get("without_policy"):
        yield Finding(
            "error",
            f"worker {number} has no policy to go by: it denies what the shipped lists deny and forwards the rest: "
            f"{worker['without_policy']}",
        )
    if is_recent(ends["last"], now):
        since, last = utc_iso(ends["first"]), utc_iso(ends["last"])
        yield Finding(
            "warning",
            f"worker {number} was started anew {ends['count']} times since {since}, last at {last}: {ends['what']}",
        )
    if is_recent(faults["last"], now):
        since, last = utc_iso(faults["first"]), utc_iso(faults["last"])
        yield Finding(
            "warning",
            f"worker {number} failed on {faults['count']} questions by errors since {since}, last at {last}: "
            f"{faults['what']}",
        )
