"""On a node of a fleet: an action that changes what is the fleet's is done by the primary, as the same account."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Mapping
from typing import Any

from sm_dns.ipc import client
from sm_dns.ipc.requests import CarryOut
from sm_dns.state.fleet.role import BelongsToPrimary
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json
from sm_dns.web.auth.roles import Person
from sm_dns.web.interface.endpoint import Action

ACTION = "dashboard action"  # as `sm_dns/fleet/carried.py` has it

Ask = Callable[..., Any]


def done_by_primary(
    ask: Ask, action: Action, person: Person, given: Mapping[str, object], refused: BelongsToPrimary
) -> object:
    """What came of it there, once it is here too. A program's token is refused, for it is nobody's account.

    Raises `BadInput`.
    """
    if person.session is None or not all(isinstance(value, str) for value in given.values()):
        raise refused
    wanted = json.dumps({"person": person.name, "action": action.name, "fields": dict(given)})
    done = ask(CarryOut(person.name, (ACTION, wanted)), client.CARRY_SECONDS)
    if done is None:
        raise refused
    try:
        found = json.loads(done.out)
        answered = found["ok"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "the primary did not say how it ended: look there (sm-dns audit show) before it is typed again"
        ) from error
    if not answered:
        raise BadInput(from_json(Message, found.get("said")))
    answer: object = from_json(typing.get_type_hints(action.do)["return"], found.get("answer"))
    return answer
