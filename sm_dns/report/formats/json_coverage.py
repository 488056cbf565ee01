"""The coverage statement as JSON (RPT-4)."""

from __future__ import annotations

from sm_dns.monitor.model import Coverage
from sm_dns.report.formats.json_values import Object, instant, text

OF_ALL_STAFF = ("staff_seen", "unmapped_seen", "lost")


def coverage_of(coverage: Coverage) -> Object:
    """The statement."""
    return {
        "hours": str(coverage.hours),
        "watched_hours": str(coverage.watched_hours),
        "watched_percent": text(coverage.watched_percent),
        "resolvers": [
            {"resolver": each.source, "watched_seconds": each.seconds, "of_seconds": each.of}
            for each in coverage.sources
        ],
        "silent_resolvers": list(coverage.silent_sources),
        "retired_resolvers": [
            {
                "resolver": each.source,
                "at": instant(each.at),
                "back": None if each.back is None else instant(each.back),
            }
            for each in coverage.retired
        ],
        "gaps": [
            {
                "from": instant(gap.start),
                "to": instant(gap.end),
                "resolver": gap.source,
                "reason": gap.reason,
                "lost": gap.lost,
            }
            for gap in coverage.gaps
        ],
        "lost": coverage.lost,
        "staff_seen": coverage.staff_seen,
        "unmapped_seen": coverage.unmapped_seen,
        "mapped_percent": text(coverage.mapped_percent),
        "mapped_queries_percent": text(coverage.mapped_queries_percent),
        "key_ids": list(coverage.key_ids),
        "keys_changed": coverage.keys_changed,
        "source_troubles": [
            {
                "resolver": each.source,
                "path": each.path,
                "what": each.what,
                "from": instant(each.since),
                "to": None if each.until is None else instant(each.until),
            }
            for each in coverage.source_troubles
        ],
        "share_falls": [
            {"from": instant(each.at), "before": str(each.before), "after": str(each.after)}
            for each in coverage.share_falls
        ],
        "versions": [
            {
                "at": instant(each.at),
                "resolver": each.source,
                "what": each.what,
                "version": each.version,
            }
            for each in coverage.versions
        ],
    }
