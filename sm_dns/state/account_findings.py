"""What is to be said of the dashboard's accounts and tokens: who gives no code yet, which token ends, or never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sm_dns.state.dashboard_accounts import ADMIN, Token, read_book
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding

WARNING_SECONDS = 14 * 86_400  # before a token's end, in which somebody has time to make another
_DAY = 86_400


def account_findings(state_dir: Path, now: float) -> Iterator[Finding]:
    """All of them at `now` (POSIX seconds), of a dashboard that is on."""
    try:
        book = read_book(state_dir)
    except PermissionError:
        return  # who asks is not the service, and may not look at them
    except (BadInput, OSError) as error:
        yield finding("error", "nobody can log in to the dashboard: {reason}", reason=error)
        return
    for user in book.users:
        if user.role == ADMIN and not user.totp:
            yield finding(
                "note",
                "the administrator {name} gives no code at login yet: the next login sets it up",
                name=user.name,
            )
    for token in book.tokens:
        yield from _of_token(token, now)


def _of_token(token: Token, now: float) -> Iterator[Finding]:
    if token.expires is None:
        yield finding("note", "the token {label!r} of the dashboard never ends", label=token.label)
    elif now >= token.expires:
        yield finding(
            "warning", "the token {label!r} of the dashboard has ended: revoke it", label=token.label
        )
    elif token.expires - now <= WARNING_SECONDS:
        yield finding(
            "warning",
            "the token {label!r} of the dashboard ends in {days:.0f} days: make another",
            label=token.label,
            days=(token.expires - now) / _DAY,
        )
