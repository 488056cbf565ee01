"""What Kea answers to `lease4-get-all` and `lease6-get-all` (its hook `lease_cmds`), in JSON."""

from __future__ import annotations

import json
from typing import Any

from sm_dns.monitor.identity.leases import kea
from sm_dns.monitor.identity.leases.lease import Found, Gathering, Lease, LeftOut, Reading
from sm_dns.policy.clients.devices import hardware, host_domain, host_label, identifier
from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import canonical

COMMANDS = ("lease4-get-all", "lease6-get-all")

_DONE, _NONE = 0, 3  # results; 1 is an error, 2 a command that is not there
_LONGEST = 1 << 40  # seconds; no time is beyond it


def question(command: str) -> bytes:
    """A command as it is written to the socket."""
    return json.dumps({"command": command}).encode()


def read(data: bytes) -> Reading:
    """The leases of an answer. Raises `BadInput` where it is none, with Kea's own words where it refuses."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput("answers what is no JSON") from error
    answer = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    if not isinstance(answer, dict) or "result" not in answer:
        raise BadInput("answers no result")
    if answer["result"] not in (_DONE, _NONE):
        raise BadInput("refuses: {reason}", reason=str(answer.get("text", ""))[:200])
    arguments = answer.get("arguments")
    leases = arguments.get("leases") if isinstance(arguments, dict) else None
    found = Gathering()
    for lease in leases if isinstance(leases, list) else ():
        found.take(_lease(lease) if isinstance(lease, dict) else None)
    return found.reading()


def _lease(told: dict[str, Any]) -> Found:
    where = canonical(_text(told, "ip-address"))
    starts, lifetime = _seconds(told.get("cltt")), _seconds(told.get("valid-lft"))
    if where is None or starts is None or lifetime is None:
        return None
    if told.get("type") == "IA_PD":
        return LeftOut.PREFIX
    state = str(told.get("state", 0))
    if state == kea.DECLINED:
        return LeftOut.DECLINED
    if state not in (*kea.HELD, *kea.ENDED):
        return None
    ends = starts if state in kea.ENDED else starts + lifetime
    device = hardware(_text(told, "hw-address"))
    by_identifier = device is None
    if device is None:
        device = identifier(_text(told, "duid"))
    if device is None:
        return None
    host = _text(told, "hostname")
    return Lease(where, device, host_label(host), starts, ends, by_identifier, host_domain(host))


def _text(told: dict[str, Any], key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""


def _seconds(value: object) -> float | None:
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LONGEST
    return float(value) if is_number and isinstance(value, int) else None
