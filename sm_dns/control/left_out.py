"""What the running service does without: an address, a certificate, the dashboard. Why, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sm_dns.control.service_log import ServiceLog
from sm_dns.ipc.status import LeftOutPart
from sm_dns.util.clock import Clock, utc_iso
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message


class _Missing(NamedTuple):
    reason: Message
    since: str


class LeftOut:
    """Told what is missing again and again; says once in log and audit when something goes, and when it is back
    or wanted no more."""

    def __init__(self, clock: Clock, service_log: ServiceLog) -> None:
        self._clock = clock
        self._service_log = service_log
        self._parts: dict[str, _Missing] = {}

    def update(self, found: Mapping[str, Message]) -> None:
        """Everything that is left out now, with the reason of each."""
        now = utc_iso(self._clock.now())
        for part in self._parts.keys() - found.keys():
            gone = self._parts.pop(part)
            self._service_log.alarm(
                "{part} is back or wanted no more; it was left out since {since}", part=part, since=gone.since
            )
            self._service_log.note("part.settled", part, {"since": gone.since})
        for part, reason in found.items():
            known = self._parts.get(part)
            if known is None:
                self._parts[part] = _Missing(reason, now)
                self._service_log.failure("{part} is left out: {reason}", part=part, reason=reason)
                self._service_log.note("part.left_out", part, {"reason": str(reason)})
            elif known.reason != reason:
                self._parts[part] = _Missing(reason, known.since)

    def findings(self) -> list[Finding]:
        """As `status` and the dashboard show them."""
        return [
            finding(
                "error",
                "{part} is left out since {since}: {reason}",
                part=one.part,
                since=one.since,
                reason=one.reason,
            )
            for one in self.rows()
        ]

    def rows(self) -> list[LeftOutPart]:
        """Each part with its reason and since when, for `status`."""
        return [LeftOutPart(part, missing.reason, missing.since) for part, missing in self._parts.items()]
