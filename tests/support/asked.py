"""Requests that wait at a dashboard, as the control process and a command keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sm_dns.state import access_requests, audit, person_requests
from sm_dns.state.access_requests import AccessRequest
from sm_dns.state.audit import Trail
from sm_dns.state.person_requests import PersonRequest
from sm_dns.web.auth import totp
from tests.support.changes import put
from tests.support.dashboard import Dashboard

HOURS = 3_600


def asked_of(
    dashboard: Dashboard, number: int = 0, department: str = "Finance", hours: int = 4
) -> AccessRequest:
    """A request of somebody at a device of their own."""
    now = int(dashboard.clock)
    wanted = AccessRequest(
        id="new",
        client=f"10.1.0.{number + 1}",
        site="www.facebook.com",
        service="facebook",
        category="social",
        name="Officer Seven",
        department=department,
        purpose="the page of the agency",
        made=now,
        until=now + hours * HOURS,
    )
    return access_requests.add(
        dashboard.state, wanted, Trail(dashboard.state / audit.FILE, "service", lambda: dashboard.clock)
    )


def person_asked(now: float) -> PersonRequest:
    """A request of an officer to name a member of staff."""
    return person_requests.draft(
        staff="a1234",
        first=date(2026, 8, 1),
        last=date(2026, 8, 2),
        requester="officer9",
        reason="inquiry KP/12 of the head",
        now=now,
        seconds=24 * HOURS,
    )


def with_code(dashboard: Dashboard, name: str) -> None:
    """Have an account asked for a code at each login from now on."""
    secret = totp.new_secret()
    put(dashboard.desk.accounts.with_changed(name, lambda user: replace(user, totp=secret)))


def without_a_code(dashboard: Dashboard, name: str) -> None:
    """Have an account asked for none any more."""
    put(dashboard.desk.accounts.with_changed(name, lambda user: replace(user, totp="")))
