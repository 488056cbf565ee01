"""A status as programs read it, in `status --json` and the interface: flat, figures beside what else is known."""

from __future__ import annotations

from sm_dns.ipc.status import MonitoringStatus, PortalStatus, Status, WorkerStatus
from sm_dns.util.typed_json import to_json


def status_json(status: Status) -> dict[str, object]:
    """The whole of it. A worker that is down has no figures, and monitoring none of whom it has not looked for."""
    return {
        **to_json(status, str),
        "monitoring": None if status.monitoring is None else _monitoring(status.monitoring),
        "workers": [_process(each) for each in status.workers],
        "portal": None if status.portal is None else _process(status.portal),
    }


def _process(told: WorkerStatus | PortalStatus) -> dict[str, object]:
    known: dict[str, object] = to_json(told, str)
    del known["figures"]
    return known | (to_json(told.figures, str) if told.figures is not None else {})


def _monitoring(told: MonitoringStatus) -> dict[str, object]:
    known: dict[str, object] = to_json(told, str)
    del known["subjects"]
    return known | (to_json(told.subjects) if told.subjects is not None else {})
