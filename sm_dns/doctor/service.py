"""Does the service run, and what does it say of itself?"""

from __future__ import annotations

from collections.abc import Container

from sm_dns.doctor.examined import Advice, Examined, advise, advised, found, well
from sm_dns.ipc.status import Status
from sm_dns.setup.host import Host
from sm_dns.util.durations import format_duration
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message

UNIT = "sm-dns.service"
_START = "sudo systemctl start sm-dns; journalctl -u sm-dns -n 30"


def examine_service(
    status: Status | None, host: Host, config: str, told: Container[Message] = ()
) -> Examined:
    """What the service tells; where it tells nothing, what systemd knows of its unit. told: what was said before, of
    the files that it goes by, and is not said twice."""
    if status is None:
        return found("service", Advice("error", _stopped(host), _START))
    alarms = [Finding("warning", each.text) for each in status.alarms]
    new = [each for each in (*status.findings, *alarms) if each.text not in told]
    some = advised(new, config)
    ups = len(status.figures)
    if ups < len(status.workers):
        some = (
            advise(
                "error",
                "{ups} of {count} workers are up",
                "journalctl -u sm-dns --since today",
                ups=ups,
                count=len(status.workers),
            ),
            *some,
        )
    if some:
        return found("service", *some)
    length = format_duration(status.uptime_seconds)
    return well("service", Message("it runs since {length}, with {count} workers", length=length, count=ups))


def _stopped(host: Host) -> Message:
    if not host.has_systemd:
        return Message("no server is running")
    state = host.run("systemctl", "is-active", UNIT).said or "unknown"
    return Message("no server is running: systemd says that {unit} is {state}", unit=UNIT, state=state)
