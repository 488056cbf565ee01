"""What wants a person of the processes that answer: they were started anew, met errors, have no policy to go by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.status import PortalStatus, WorkerStatus
from sm_dns.serve.upstreams.resolv_conf import ABSENT, EMPTY, LEADS_BACK
from sm_dns.util.finding import Finding, finding
from sm_dns.util.lately import is_recent

ENOUGH_UNTOLD = 100  # questions of a forwarder after which it should have told somebody

NO_UPSTREAM = {
    ABSENT: finding(
        "warning", "no upstream: there is no /etc/resolv.conf that would name the system's servers"
    ),
    EMPTY: finding("warning", "no upstream: /etc/resolv.conf names no server"),
    LEADS_BACK: finding("warning", "no upstream: the system (/etc/resolv.conf) names no server but this one"),
}
OLD_SERVERS = {
    ABSENT: finding("warning", "/etc/resolv.conf is gone: the servers that it named before are still asked"),
    EMPTY: finding(
        "warning", "/etc/resolv.conf names no server any more: those that it named before are still asked"
    ),
}


def worker_findings(
    workers: Sequence[WorkerStatus], portal: PortalStatus | None, now: float
) -> Iterator[Finding]:
    """The findings over the processes that answer, at `now` (POSIX seconds)."""
    figures = [worker.figures for worker in workers if worker.figures is not None]
    for worker in workers:
        yield from _of_worker(worker, now)
    yield from _of_system(figures)
    yield from _of_upstreams(figures)
    yield from _of_forwarders(figures)
    if portal is not None and is_recent(portal.ends.last, now):
        yield finding(
            "warning",
            "the portal was started anew {count} times since {since}, last at {last}: {what}",
            **portal.ends.told(),
        )


def without_passing(found: Iterable[Finding]) -> list[Finding]:
    """What a compilation found, but for what may have changed since: the workers tell how that is now."""
    return [finding for finding in found if finding not in NO_UPSTREAM.values()]


def _of_system(workers: Iterable[WorkerFigures]) -> Iterator[Finding]:
    """Where this host names nobody to ask: whether anybody is asked all the same."""
    for worker in workers:
        lack = worker.system_lack
        if not worker.upstreams:
            yield NO_UPSTREAM[lack or LEADS_BACK]
            return
        if lack in OLD_SERVERS and worker.system_servers:
            yield OLD_SERVERS[lack]
            return


def _of_upstreams(workers: Iterable[WorkerFigures]) -> Iterator[Finding]:
    """How the upstreams are, by what each worker says of them."""
    troubles = {each.address: each.trouble for worker in workers for each in worker.upstreams}
    for address, trouble in troubles.items():
        if trouble:
            yield finding(
                "warning", "upstream {address} cannot be asked: {reason}", address=address, reason=trouble
            )


def _of_forwarders(workers: Iterable[WorkerFigures]) -> Iterator[Finding]:
    """Trusted forwarders of which no question told who asks."""
    told: Counter[str] = Counter()
    untold: Counter[str] = Counter()
    for each in (each for worker in workers for each in worker.forwarders):
        told[each.address] += each.told
        untold[each.address] += each.untold
    for address, questions in untold.items():
        if questions >= ENOUGH_UNTOLD and not told[address]:
            yield finding(
                "warning",
                "the trusted forwarder {address} said of none of {questions} questions who asks: everybody behind it "
                "is counted as one (docs/forwarders.md says what to set there)",
                address=address,
                questions=questions,
            )


def _of_worker(worker: WorkerStatus, now: float) -> Iterator[Finding]:
    number, ends, figures = worker.number, worker.ends, worker.figures
    if figures is not None and figures.without_policy:
        yield finding(
            "error",
            "worker {number} has no policy to go by: it denies what the shipped lists deny and "
            "forwards the rest: {reason}",
            number=number,
            reason=figures.without_policy,
        )
    if is_recent(ends.last, now):
        yield finding(
            "warning",
            "worker {number} was started anew {count} times since {since}, last at {last}: {what}",
            number=number,
            **ends.told(),
        )
    if figures is not None and is_recent(figures.faults.last, now):
        yield finding(
            "warning",
            "worker {number} failed on {count} questions by errors since {since}, last at {last}: {what}",
            number=number,
            **figures.faults.told(),
        )
