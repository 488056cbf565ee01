"""What the running service has to say: lines in the audit, and alarms for whoever looks at the status."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from sm_dns.ipc.status import Alarm
from sm_dns.state.audit import FILE, Trail
from sm_dns.util.clock import Clock, utc_iso
from sm_dns.util.message import Message, message
from sm_dns.util.strict_json import Json

MAX_ALARMS = 20

log = logging.getLogger(__name__)


class ServiceLog:
    """Audit lines by "service" and the latest alarms. Losing the disk loses no query: it raises an alarm."""

    def __init__(self, state_dir: Path, clock: Clock) -> None:
        self.alarms: tuple[Alarm, ...] = ()
        self.trail = Trail(state_dir / FILE, "service", self._true_now)
        self._clock = clock

    def alarm(self, said: str | Message, /, **values: object) -> None:
        """Something that wants a person."""
        text = message(said, values)
        log.warning("%s", text)
        self._keep(text)

    def failure(self, said: str | Message, /, **values: object) -> None:
        """An alarm about what does not work: the log has it among the errors."""
        text = message(said, values)
        log.error("%s", text)
        self._keep(text)

    def _keep(self, text: Message) -> None:
        self.alarms = (*self.alarms[1 - MAX_ALARMS :], Alarm(utc_iso(self._clock.now()), text))

    def note(self, action: str, target: str, detail: Mapping[str, Json]) -> None:
        """Something the service did or saw, for the audit; an alarm where that cannot be written."""
        try:
            self.record(action, target, detail)
        except OSError as error:
            self.alarm("the audit could not be written: {reason}", reason=error)

    def record(self, action: str, target: str, detail: Mapping[str, Json]) -> None:
        """Something the service will do, if it can be recorded. Raises `OSError`."""
        if self._clock.rehearsal:
            detail = {**detail, "rehearsal": utc_iso(self._clock.now())}
        self.trail.note(action, target, detail=detail)

    def _true_now(self) -> float:
        """The audit tells true time; what a rehearsal shows is a detail."""
        return self._clock.now() - self._clock.offset
