"""How an upstream is, from what the workers know of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

RESTING, ANSWERS, UNASKED, SILENT = "resting", "answers", "unasked", "silent"
IN_WORDS = {RESTING: "resting", UNASKED: "not asked yet", SILENT: "no answer yet"}


def state(upstream: dict[str, Any]) -> str:
    """Whether it is left alone for now, answers, was never asked, or never answered."""
    if upstream["resting"]:
        return RESTING
    if upstream["answers"]:
        return ANSWERS
    return SILENT if upstream["failures"] else UNASKED


def together(workers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each upstream once: the worst of what the workers say, the latency of those that know one (0 if none does)."""
    found: dict[str, dict[str, Any]] = {}
    for worker in workers:
        for each in worker.get("upstreams", ()):
            known = found.setdefault(
                each["address"], {**each, "failures": 0, "answers": 0, "latency_ms": 0.0}
            )
            if each["answers"]:
                known["latency_ms"] = max(known["latency_ms"], each["latency_ms"])
            known["resting"] = known["resting"] or each["resting"]
            known["failures"] += each["failures"]
            known["answers"] += each["answers"]
            known["without_edns"] = known["without_edns"] or each["without_edns"]
            known["without_tcp"] = known["without_tcp"] or each["without_tcp"]
            known["trouble"] = known["trouble"] or each["trouble"]
    return [{**known, "state": state(known)} for known in found.values()]
