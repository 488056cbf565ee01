"""Speaking to our own unbound over its control socket, as unbound-control(8) does, version 1 of its protocol.

It is told for which names it is not to check signatures (RFC 7646): those that it has and should not have are taken
away, those that it lacks are put in, so that it holds the right ones after a restart of its own too.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Collection
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.message import system_reason

SECONDS = 3.0  # for one command
MAX_ANSWER = 1 << 20  # octets
_GREETING = "UBCT1 "


def command(control: Path, words: str) -> str:
    """What it answers. Raises `BadInput` where it does not answer, or answers with an error."""
    try:
        answer = _said(control, f"{_GREETING}{words}\n".encode("ascii"))
    except (OSError, ValueError) as error:
        reason = system_reason(error) if isinstance(error, OSError) else error
        raise BadInput("unbound cannot be told: {reason}", file=control, reason=reason) from error
    if answer.startswith("error"):
        raise BadInput(
            "unbound refuses {words!r}: {answer}", file=control, words=words, answer=answer.strip()
        )
    return answer


def insecure(control: Path) -> frozenset[str]:
    """The names of which it checks nothing now, without the dot at their end. Raises `BadInput`."""
    return frozenset(line.rstrip(".").lower() for line in command(control, "list_insecure").splitlines())


def reconcile(control: Path, wanted: Collection[str]) -> frozenset[str]:
    """Have it check nothing at and below just these names; those of which that changed, and which it has forgotten.

    Names are host names without a dot at their end. Raises `BadInput`.
    """
    held = insecure(control)
    for name in sorted(held.difference(wanted)):
        command(control, f"insecure_remove {name}")
    for name in sorted(frozenset(wanted) - held):
        command(control, f"insecure_add {name}")
    changed = held.symmetric_difference(wanted)
    for name in sorted(changed):
        command(control, f"flush_zone {name}")
    return changed


def _said(control: Path, line: bytes) -> str:
    until = time.monotonic() + SECONDS
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SECONDS)
        connection.connect(str(control))
        connection.sendall(line)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
            if len(answer) > MAX_ANSWER:
                raise BadInput("it answers without an end", file=control)
            connection.settimeout(max(until - time.monotonic(), 0.001))
    return answer.decode("utf-8", "replace")
