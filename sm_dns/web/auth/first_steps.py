"""What an account does before anything else: a password of one's own, and an administrator's code at login.

A step is owed until it is done: each request of a session asks here, so that no page and no operation lies beside it.
"""

from __future__ import annotations

from typing import Literal

from sm_dns.state.dashboard_accounts import ADMIN, User
from sm_dns.util.message import Message
from sm_dns.web.auth.roles import Refused

PATH = "/first-steps"
Step = Literal["password", "code"]
_OWED = {
    "password": Message("set a password of your own first, on the page {page}", page=PATH),
    "code": Message("set up the code at login first, on the page {page}", page=PATH),
}


class StepOwed(Refused):
    """Somebody has a step to do before what was asked for."""

    def __init__(self, step: Step) -> None:
        super().__init__(403, _OWED[step])


def step_owed(user: User) -> Step | None:
    """The step that is next; None for who has done all."""
    if user.borrowed:
        return "password"
    if user.role == ADMIN and not user.totp:
        return "code"
    return None
