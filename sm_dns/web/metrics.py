"""/metrics in the text form of Prometheus (version 0.0.4). Labels are of the configuration, never of clients."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import sm_dns
from sm_dns.ipc.figures import WorkerFigures
from sm_dns.ipc.status import Status
from sm_dns.ipc.upstream_state import Upstream, together
from sm_dns.policy.status import ScheduleState
from sm_dns.util.finding import Finding

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = dict[str, str]
Sample = tuple[Labels, float]
Metric = tuple[str, str, str, list[Sample]]

_PROTOCOLS = ("udp", "tcp", "dot", "doh")


def render(status: Status, schedules: Iterable[ScheduleState], now: float) -> str:
    """The text of a status. `schedules`: their states, `now`: POSIX seconds."""
    lines: list[str] = []
    for name, kind, help_text, values in _metrics(status, list(schedules), now):
        full = f"sm_dns_{name}"
        lines += [f"# HELP {full} {help_text}", f"# TYPE {full} {kind}"]
        lines += [f"{full}{_labels(labels)} {_number(value)}" for labels, value in values]
    return "\n".join(lines) + "\n"


def _metrics(status: Status, schedules: list[ScheduleState], now: float) -> Iterator[Metric]:
    workers, up = status.workers, status.figures

    def total(key: str) -> float:
        return float(sum(getattr(figures, key) for figures in up))

    queries = [({"protocol": kind}, total(f"queries_{kind}")) for kind in _PROTOCOLS]
    yield "queries_total", "counter", "Queries answered.", queries
    yield "memo_hits_total", "counter", "Queries answered by replay.", [({}, total("memo_hits"))]
    yield "cache_entries", "gauge", "Answers in the caches.", [({}, total("cache_entries"))]
    yield "cache_bytes", "gauge", "Memory of the caches.", [({}, total("cache_bytes"))]
    yield "requests_in_flight", "gauge", "Questions under way to upstreams.", [({}, total("under_way"))]
    yield "ratelimited_total", "counter", "Queries over a client's budget.", [({}, total("limited"))]
    yield "overlong_total", "counter", "Queries with octets after their end.", [({}, total("overlong"))]
    yield "undelivered_total", "counter", "Answers that could not be sent.", [({}, total("undelivered"))]
    yield (
        "governed_queries_total",
        "counter",
        "Governed queries by category and outcome.",
        [
            ({"category": category, "outcome": outcome}, float(count))
            for category, outcome, count in (status.monitoring.counted if status.monitoring else ())
        ],
    )
    yield from _upstreams(up)
    yield (
        "worker_up",
        "gauge",
        "Whether a worker answers.",
        [({"worker": str(worker.number)}, float(worker.figures is not None)) for worker in workers],
    )
    yield (
        "worker_restarts_total",
        "counter",
        "Starts of a worker after its first.",
        [({"worker": str(worker.number)}, float(worker.restarts)) for worker in workers],
    )
    yield (
        "worker_faults_total",
        "counter",
        "Questions that an error cost their answer.",
        [
            ({"worker": str(worker.number)}, float(worker.figures.faults.count))
            for worker in workers
            if worker.figures is not None
        ],
    )
    yield from _schedules(schedules, now)
    flip = status.last_flip
    if flip:
        yield (
            "last_flip_lag_seconds",
            "gauge",
            "How late the last edge was noticed.",
            [({}, flip.lag_ms / 1000)],
        )
    yield "policy_generation", "gauge", "Number of the policy in force.", [({}, float(status.generation))]
    yield "denylist_names", "gauge", "Listed names.", [({}, float(status.names))]
    yield (
        "last_reload_failed",
        "gauge",
        "Whether the last reload left the old policy.",
        [({}, float(bool(status.last_error)))],
    )
    yield "findings", "gauge", "What wants a person, by level.", _findings(status.findings)
    yield (
        "uptime_seconds",
        "gauge",
        "Since the start of the service.",
        [({}, float(status.uptime_seconds))],
    )
    yield "build_info", "gauge", "The version.", [({"version": sm_dns.__version__}, 1.0)]


def _upstreams(workers: Iterable[WorkerFigures]) -> Iterator[Metric]:
    found = together(workers)

    def each(key: Callable[[Upstream], float], rows: list[Upstream] = found) -> list[Sample]:
        return [({"upstream": row.address}, key(row)) for row in rows]

    known = [row for row in found if row.answers]
    latency = each(lambda row: row.latency_ms / 1000, known)
    yield "upstream_latency_seconds", "gauge", "Latency of an upstream that has answered.", latency
    yield "upstream_up", "gauge", "Whether an upstream is asked.", each(lambda row: float(not row.resting))
    failures = each(lambda row: float(row.failures))
    yield "upstream_failures", "gauge", "Failures of an upstream in a row.", failures


def _schedules(schedules: list[ScheduleState], now: float) -> Iterator[Metric]:
    yield (
        "schedule_open",
        "gauge",
        "Whether scheduled names are permitted now.",
        [({"schedule": one.schedule}, float(one.state == "permitted")) for one in schedules],
    )
    yield (
        "schedule_next_transition_timestamp_seconds",
        "gauge",
        "When that changes.",
        [
            ({"schedule": one.schedule}, float(int(now) + one.seconds_to_transition))
            for one in schedules
            if one.seconds_to_transition is not None
        ],
    )


def _findings(findings: Iterable[Finding]) -> list[tuple[Labels, float]]:
    counts: dict[str, int] = {"error": 0, "warning": 0, "note": 0}
    for one in findings:
        counts[one.level] += 1
    return [({"level": level}, float(count)) for level, count in counts.items()]


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
