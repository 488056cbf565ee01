"""Asking the running server for what its upstreams say, so that it can be explained what a name points to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sm_dns.diagnose.explainer import Known, LookUp
from sm_dns.resolve.cache import Key
from sm_dns.resolve.forwarding.upstream_answer_json import from_json
from sm_dns.util.errors import BadInput

SECONDS = 12.0  # the server has an answer, or gives up, by then

Ask = Callable[[Mapping[str, Any], float], dict[str, Any] | None]
"""Sends a request to the control socket and waits so many seconds; None where no server runs."""


def looking_up(ask: Ask) -> LookUp:
    """What tells what the upstreams of the running server say. Raises `BadInput` where none runs."""

    def look_up(key: Key) -> Known | None:
        answer = ask({"command": "look_up", "name": key.qname.hex(), "key": list(key[1:])}, SECONDS)
        if answer is None:
            raise BadInput("no server is running that could look it up: ask without that, or start it")
        if not answer.get("ok"):
            return None
        return Known(from_json(answer["relay"]), float(answer["age"]))

    return look_up
