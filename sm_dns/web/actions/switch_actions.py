"""Switches turned and ended from the dashboard and by programs: in force before they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin import switch_changes
from sm_dns.admin.switch_changes import Wanted
from sm_dns.ipc.client import Refused
from sm_dns.ipc.requests import HeedSwitches
from sm_dns.policy.clients.switches import CLOSE, OPEN, PAUSE
from sm_dns.util.errors import BadInput
from sm_dns.util.schema_notes import says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values, names_in

_WHY = Field("why", summary="the reason; status, dashboard and audit tell it", required=True)
_WHO = Field(
    "who", summary="for whom, with commas between: a group, a network, device:…, staff:…; none: everybody"
)
_LENGTH = Field("length", summary="for how long: 10m, at most 8h")
_UNTIL = Field("until", summary="instead: until when, 18:00 or a local date-time")

TURN_FIELDS = (
    Field("turn", summary="what to do", required=True, choices=(PAUSE, OPEN, CLOSE)),
    Field("what", summary="to open or close: a category, or the id of a service"),
    _LENGTH,
    _UNTIL,
    _WHO,
    _WHY,
)
RESUME_FIELDS = (Field("id", summary="of the switch", required=True), _WHY)


@dataclass(frozen=True, slots=True)
class Turned:
    """A switch that is in force."""

    id: str
    expires: Annotated[int, says("POSIX seconds")]
    workers: Annotated[int, says("how many workers go by it")]
    of: Annotated[int, says("of how many")]


@dataclass(frozen=True, slots=True)
class Resumed:
    """A switch that was ended."""

    id: str


def turn(backend: Backend, person: Person, values: Values) -> Turned:
    """Pause the policy, or open or close a category or a service, for a while."""
    who = names_in(values["who"])
    wanted = Wanted(values["turn"], values["what"], who, values["length"], values["until"], values["why"])
    stored = switch_changes.turn(
        backend.settings(), wanted, backend.true_now(), by=person.name, trail=backend.trail(person)
    )
    workers, of = _heed(backend)
    return Turned(stored.id, stored.expires, workers, of)


def resume(backend: Backend, person: Person, values: Values) -> Resumed:
    """End a switch now."""
    trail = backend.trail(person)
    ids = [values["id"]]
    switch_changes.resume(backend.state_dir, ids, backend.true_now(), why=values["why"], trail=trail)
    _heed(backend)
    return Resumed(values["id"])


def _heed(backend: Backend) -> tuple[int, int]:
    """Have the service go by the switches: how many workers do, of how many. Raises `BadInput` where it does not."""
    try:
        held = backend.ask(HeedSwitches())
    except Refused as error:
        raise BadInput("written, but the server does not go by it: {reason}", reason=error) from error
    finally:
        backend.status.forget()
    if held is None:
        raise BadInput("written, but the service does not answer: it holds from its next start")
    return held.workers, held.of
