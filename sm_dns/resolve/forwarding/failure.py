"""Why a question got no answer, as clients are told."""

from __future__ import annotations

from typing import Final, NamedTuple

from sm_dns.dns.codes import Ede

MAX_TEXT: Final = 180  # characters of EXTRA-TEXT about an upstream: it shares a datagram with the answer


class Failure(NamedTuple):
    """Why a question got no answer: an extended error (RFC 8914)."""

    ede: Ede
    text: str
    errors: bytes = b""
    """The upstream's own extended errors, as options."""


OVERDUE: Final = Failure(Ede.NO_REACHABLE_AUTHORITY, "no upstream has answered yet")
"""What callbacks with a stale answer at hand are told while the question goes on."""

TOO_LATE: Final = Failure(Ede.NO_REACHABLE_AUTHORITY, "no upstream answered in time")


def just_failed(errors: bytes) -> Failure:
    """What is told of a question that failed seconds ago, with what the upstream said of it then, as options."""
    return Failure(Ede.NO_REACHABLE_AUTHORITY, "failed a moment ago", errors)


FAULT: Final = Failure(Ede.OTHER, "an error in this resolver")
"""What is told of a question that an error of ours has ended."""
