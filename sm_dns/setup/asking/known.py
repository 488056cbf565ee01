"""What is known when questions are asked: what was found of the host, and what the configuration says already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sm_dns.setup.findings import HostFindings
from sm_dns.util.strict_json import Json

_LOOPBACK = re.compile(r"127\.|\[::1\]")


@dataclass(frozen=True)
class Known:
    """`document`: the configuration as it stands, or the one that ships. `was_set_up`: setup wrote it before.
    `can_show`: what the dashboard needs is installed; `can_sign`: what makes a certificate for it is."""

    findings: HostFindings
    document: Mapping[str, Json]
    was_set_up: bool
    can_show: bool
    can_sign: bool

    def present(self, *key: str | int) -> Any:
        """What the configuration has under a key path; None where it says nothing."""
        value: Any = self.document
        for part in key:
            if isinstance(value, dict) and isinstance(part, str):
                value = value.get(part)
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value

    @property
    def is_configured(self) -> bool:
        """Whether somebody has said already how this server is to be, here or in the file."""
        return self.was_set_up or answers_others(self.document)

    @property
    def schedule(self) -> str:
        """The name of the schedule whose weekend is asked for: `default`, or else the first."""
        schedules = self.present("schedules") or {}
        return "default" if "default" in schedules or not schedules else next(iter(schedules))

    @property
    def calendar(self) -> str | None:
        """The name of the calendar that this schedule keeps, None where it keeps none."""
        calendars = self.present("calendars") or {}
        kept = (
            name for name, each in calendars.items() if self.schedule in (each or {}).get("schedules", ())
        )
        return next(kept, None)


def answers_others(document: Mapping[str, Json]) -> bool:
    """Whether a configuration answers at more than loopback, as none that ships does."""
    listen = document.get("listen")
    return isinstance(listen, list) and any(not _LOOPBACK.match(str(each)) for each in listen)
