from __future__ import annotations

from sm_dns.web.auth.accounts import HEAD, ROLES
from sm_dns.web.auth.roles import ADMINS, EVERYBODY, READERS, Person, Refused


def test_each_circle_holds_the_one_inside_it() -> None:
    """OPS-1: a head reads no more than everybody may."""
    assert ADMINS < READERS < EVERYBODY == frozenset(ROLES)
    assert HEAD not in READERS


def test_a_program_has_no_session() -> None:
    assert Person("token Grafana", "auditor").session is None


def test_a_refusal_says_its_status_and_why() -> None:
    refused = Refused(403, "your role may not do that")
    assert (refused.status, str(refused)) == (
        403,
        "your role may not do that",
    )
