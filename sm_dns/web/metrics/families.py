"""What /metrics tells. Labels are of the configuration, never of clients (T17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from math import inf

import sm_dns
from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.status import ListStanding, MonitoringStatus, Status, WorkerStatus
from sm_dns.ipc.upstream_state import Upstream, together
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.status import next_edges, schedule_states
from sm_dns.util.finding import Finding
from sm_dns.web.data.backend import AuditHealth
from sm_dns.web.metrics.exposition import Family, counter, gauge, histogram, written

_PROTOCOLS = ("udp", "tcp", "dot", "doh")


def render(status: Status, policy: Snapshot, audit: AuditHealth, now: float) -> str:
    """The text of how the service is at `now` (POSIX seconds)."""
    return written(_families(status, policy, audit, now))


def _families(status: Status, policy: Snapshot, audit: AuditHealth, now: float) -> Iterator[Family]:
    compiled = "true" if status.not_compiled is None else "false"
    yield gauge(
        "build_info",
        "Always 1: the version of the program, and whether its query path is compiled.",
        ({"version": sm_dns.__version__, "compiled": compiled}, 1),
    )
    yield gauge("uptime_seconds", "Since the start of the service.", ({}, status.uptime_seconds))
    yield from _queries(status.figures)
    yield from _replies(status.figures)
    yield from _upstreams(together(status.figures))
    yield from _workers(status.workers)
    yield from _policy(status, policy, now)
    yield from _lists(status.lists)
    if status.monitoring is not None:
        yield from _monitoring(status.monitoring)
    yield from _audit(audit)
    yield gauge("findings", "What wants a person, by level.", *_by_level(status.findings))


def _queries(workers: list[WorkerFigures]) -> Iterator[Family]:
    def total(key: str) -> tuple[dict[str, str], float]:
        return {}, sum(getattr(figures, key) for figures in workers)

    by_protocol = [({"protocol": kind}, total(f"queries_{kind}")[1]) for kind in _PROTOCOLS]
    yield counter("queries_total", "Queries that came.", *by_protocol)
    yield counter("memo_hits_total", "Queries answered by replay.", total("memo_hits"))
    yield gauge("cache_entries", "Answers in the caches.", total("cache_entries"))
    yield gauge("cache_bytes", "Memory of the caches.", total("cache_bytes"))
    yield gauge("requests_in_flight", "Questions under way to upstreams.", total("under_way"))
    yield counter("ratelimited_total", "Queries over a client's budget.", total("limited"))
    yield counter("overlong_total", "Queries with octets after their end.", total("overlong"))
    yield counter("undelivered_total", "Replies that could not be sent.", total("undelivered"))


def _replies(workers: list[WorkerFigures]) -> Iterator[Family]:
    rcodes: Counter[str] = Counter()
    waits: Counter[float] = Counter()
    for worker in workers:
        rcodes.update(dict(worker.rcodes))
        waits.update({inf if each.up_to is None else each.up_to: each.replies for each in worker.waits})
    yield counter(
        "replies_total",
        "Replies that were made and not replayed, by response code.",
        *(({"rcode": code}, count) for code, count in rcodes.items()),
    )
    if waits:
        yield histogram(
            "upstream_wait_seconds",
            "How long replies waited that needed an upstream.",
            sorted(waits.items()),
            sum(worker.waited for worker in workers),
        )


def _upstreams(found: list[Upstream]) -> Iterator[Family]:
    def each(
        key: Callable[[Upstream], float], rows: list[Upstream] = found
    ) -> list[tuple[dict[str, str], float]]:
        return [({"upstream": row.address}, key(row)) for row in rows]

    latencies = each(lambda row: row.latency_ms / 1000, [row for row in found if row.answers])
    yield gauge("upstream_latency_seconds", "Latency of an upstream that has answered.", *latencies)
    yield gauge("upstream_up", "Whether an upstream is asked.", *each(lambda row: not row.resting))
    yield gauge(
        "upstream_failures", "Failures of an upstream in a row.", *each(lambda row: float(row.failures))
    )


def _workers(workers: Iterable[WorkerStatus]) -> Iterator[Family]:
    rows = [({"worker": str(worker.number)}, worker) for worker in workers]
    yield gauge(
        "worker_up", "Whether a worker answers.", *((label, each.figures is not None) for label, each in rows)
    )
    yield counter(
        "worker_restarts_total",
        "Starts of a worker after its first.",
        *((label, each.restarts) for label, each in rows),
    )
    yield counter(
        "worker_faults_total",
        "Questions that an error cost their answer.",
        *((label, each.figures.faults.count) for label, each in rows if each.figures is not None),
    )


def _policy(status: Status, policy: Snapshot, now: float) -> Iterator[Family]:
    yield gauge(
        "schedule_open",
        "Whether scheduled names are permitted now.",
        *(({"schedule": one.schedule}, one.state == "permitted") for one in schedule_states(policy, now)),
    )
    yield gauge(
        "schedule_next_transition_timestamp_seconds",
        "When that changes, to the second.",
        *(({"schedule": name}, edge) for name, edge in next_edges(policy, now).items()),
    )
    if status.last_flip is not None:
        lag = status.last_flip.lag_ms / 1000
        yield gauge("last_flip_lag_seconds", "How late the last edge was noticed.", ({}, lag))
    yield gauge("policy_generation", "Number of the policy in force.", ({}, status.generation))
    yield gauge("denylist_names", "Listed names.", ({}, status.names))
    failed = status.last_error is not None
    yield gauge("last_reload_failed", "Whether the last reload left the old policy.", ({}, failed))


def _lists(lists: Iterable[ListStanding]) -> Iterator[Family]:
    rows = [({"list": one.name}, one) for one in lists]
    changed = [(label, _posix(one.changed)) for label, one in rows if one.changed is not None]
    checked = [(label, _posix(one.checked)) for label, one in rows if one.checked is not None]
    yield gauge(
        "list_changed_timestamp_seconds", "When the file of a list changed, or its copy came.", *changed
    )
    yield gauge(
        "list_checked_timestamp_seconds", "When a list by URL was last known to be current.", *checked
    )


def _monitoring(told: MonitoringStatus) -> Iterator[Family]:
    yield counter(
        "governed_queries_total",
        "Governed queries by category and outcome.",
        *(({"category": category, "outcome": outcome}, count) for category, outcome, count in told.counted),
    )
    yield gauge("store_waiting_rows", "Rows that the store of usage has not taken yet.", ({}, told.waiting))
    yield counter("store_lost_queries_total", "Queries known to be uncounted.", ({}, told.lost))


def _audit(audit: AuditHealth) -> Iterator[Family]:
    yield gauge(
        "audit_intact", "Whether the chain of the audit was whole when it was checked.", ({}, audit.is_whole)
    )
    yield gauge("audit_records", "Records of the audit that follow one another whole.", ({}, audit.records))
    yield gauge("audit_checked_timestamp_seconds", "When the audit was checked.", ({}, audit.checked))


def _posix(told: str) -> float:
    return datetime.fromisoformat(told).timestamp()


def _by_level(findings: Iterable[Finding]) -> list[tuple[dict[str, str], float]]:
    counts = {"error": 0, "warning": 0, "note": 0}
    for one in findings:
        counts[one.level] += 1
    return [({"level": level}, count) for level, count in counts.items()]
