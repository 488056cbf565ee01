"""Who asks: a person with a session or a program with a token, and what the one may do."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.util.errors import BadInput, Spoken
from sm_dns.util.message import Message, system_reason
from sm_dns.web.auth.accounts import AUDITOR, HEAD, LOGONS
from sm_dns.web.auth.sessions import Session

EVERYBODY = frozenset((ADMIN, AUDITOR, HEAD))
READERS = frozenset((ADMIN, AUDITOR))
ADMINS = frozenset((ADMIN,))
DECIDERS = frozenset((ADMIN, HEAD))
PUSHERS = frozenset((ADMIN, LOGONS))
TOO_MANY = Message("too many tries: wait a moment")


@dataclass(frozen=True, slots=True)
class Person:
    """name: as the audit writes it; department: the only one a head may see; session: None for a program."""

    name: str
    role: str
    department: str = ""
    session: Session | None = None


def department_of(person: Person) -> str | None:
    """The only department that somebody decides for and sees; None for who is no head."""
    return person.department if person.role == HEAD else None


class Refused(Spoken):
    """Why a request is not served; `status` is the HTTP status, `retry_after` when it may be, in seconds."""

    def __init__(
        self, status: int, reason: str | Message, /, retry_after: float = 0.0, **values: object
    ) -> None:
        super().__init__(reason, **values)
        self.status = status
        self.headers = {"Retry-After": str(math.ceil(retry_after))} if retry_after else {}


class CannotWrite(BadInput):
    """The disk refuses: nothing of what was asked was done, and what must be recorded is not shown."""


def cannot_write(error: OSError) -> CannotWrite:
    """The refusal of the disk as one of ours."""
    return CannotWrite(
        "cannot be written: {path}: {reason}", path=error.filename, reason=system_reason(error)
    )
