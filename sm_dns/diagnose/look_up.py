"""Asking the running server for what its upstreams say, so that it can be explained what a name points to."""

from __future__ import annotations

from collections.abc import Callable

from sm_dns.diagnose.explainer import Known, LookUp, Unknown
from sm_dns.ipc.relayed import Relayed
from sm_dns.ipc.requests import LookedUp
from sm_dns.ipc.requests import LookUp as Request
from sm_dns.resolve.cache import Key
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.replies.turning import Turning
from sm_dns.util.errors import BadInput

SECONDS = 12.0  # the server has an answer, or gives up, by then

Ask = Callable[[Request, float], LookedUp | None]
"""Sends a request to the control socket and waits so many seconds; None where no server runs."""


def looking_up(ask: Ask) -> LookUp:
    """What tells what the upstreams of the running server say. Raises `BadInput` where none runs."""

    def look_up(key: Key) -> Known | Unknown:
        answer = ask(Request(*key), SECONDS)
        if answer is None:
            raise BadInput("no server is running that could look it up: ask without that, or start it")
        known = answer.known
        return Unknown(answer.errors) if known is None else Known(answer_of(known.relay), known.age)

    return look_up


def answer_of(relay: Relayed) -> UpstreamAnswer:
    """The answer that came from another process."""
    turning = None if relay.turning is None else Turning(*relay.turning)
    return UpstreamAnswer(**{**vars(relay), "turning": turning})
