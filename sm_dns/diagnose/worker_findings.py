"""What wants a person of the processes that answer: they were started anew, met errors, have no policy to go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from sm_dns.serve.upstreams.resolv_conf import ABSENT, EMPTY, LEADS_BACK
from sm_dns.util.clock import utc_iso
from sm_dns.util.finding import Finding
from sm_dns.util.lately import is_recent

NO_UPSTREAM = {
    ABSENT: Finding(
        "warning", "no upstream: there is no /etc/resolv.conf that would name the system's servers"
    ),
    EMPTY: Finding("warning", "no upstream: /etc/resolv.conf names no server"),
    LEADS_BACK: Finding("warning", "no upstream: the system (/etc/resolv.conf) names no server but this one"),
}
OLD_SERVERS = {
    ABSENT: Finding("warning", "/etc/resolv.conf is gone: the servers that it named before are still asked"),
    EMPTY: Finding(
        "warning", "/etc/resolv.conf names no server any more: those that it named before are still asked"
    ),
}


def worker_findings(
    workers: Iterable[dict[str, Any]], portal: dict[str, Any] | None, now: float
) -> list[dict[str, str]]:
    """The findings over what `Workers.status` and `Portal.status` tell, at `now` (POSIX seconds)."""
    workers = list(workers)
    found = [finding for worker in workers for finding in _of_worker(worker, now)]
    found += _of_system([worker for worker in workers if "upstreams" in worker])
    found += _of_upstreams([worker["upstreams"] for worker in workers if "upstreams" in worker])
    if portal is not None and is_recent(portal["ends"]["last"], now):
        ends = portal["ends"]
        since, last = utc_iso(ends["first"]), utc_iso(ends["last"])
        text = (
            f"the portal was started anew {ends['count']} times since {since}, last at {last}: {ends['what']}"
        )
        found.append(Finding("warning", text))
    return [asdict(finding) for finding in found]


def without_passing(found: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """What a compilation found, but for what may have changed since: the workers tell how that is now."""
    return [finding for finding in found if finding not in map(asdict, NO_UPSTREAM.values())]


def _of_system(workers: list[dict[str, Any]]) -> Iterator[Finding]:
    """Where this host names nobody to ask: whether anybody is asked all the same."""
    for worker in workers:
        lack = worker.get("system_lack", "")
        if not worker["upstreams"]:
            yield NO_UPSTREAM[lack or LEADS_BACK]
            return
        if lack in OLD_SERVERS and worker["system_servers"]:
            yield OLD_SERVERS[lack]
            return


def _of_upstreams(found: list[list[dict[str, Any]]]) -> Iterator[Finding]:
    """How the upstreams are, by what each worker says of them."""
    troubles = {each["address"]: each.get("trouble") for upstreams in found for each in upstreams}
    for address, trouble in troubles.items():
        if trouble:
            yield Finding("warning", f"upstream {address} cannot be asked: {trouble}")


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
