"""Who asks: a person with a session or a program with a token, and what the one may do."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.web.accounts import ADMIN, AUDITOR, HEAD
from sm_dns.web.sessions import Session

EVERYBODY = frozenset((ADMIN, AUDITOR, HEAD))
READERS = frozenset((ADMIN, AUDITOR))
ADMINS = frozenset((ADMIN,))


@dataclass(frozen=True, slots=True)
class Person:
    """name: as the audit writes it; department: the only one a head may see; session: None for a program."""

    name: str
    role: str
    department: str = ""
    session: Session | None = None


class Refused(Exception):
    """Why a request is not served; `status` is the HTTP status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
