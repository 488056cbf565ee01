"""What somebody does with the own account, whether it is owed as a first step or wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sm_dns.state.dashboard_accounts import User
from sm_dns.util.errors import BadInput
from sm_dns.web.auth import passwords, recovery
from sm_dns.web.auth.sessions import Session
from sm_dns.web.data.backend import Backend


def set_password(backend: Backend, session: Session, password: str) -> None:
    """Set one's own password; one's other sessions end. Raises `BadInput` for one that must not be taken."""
    user = backend.accounts.book().user(session.user)
    if user is not None and user.borrowed and passwords.matches(user.password, password):
        raise BadInput("password: is the one that was given to you: choose another")
    kept = passwords.hash_new(password)
    change_oneself(
        backend, session.user, "password change", lambda old: replace(old, password=kept, borrowed=False)
    )
    session.password = kept
    backend.sessions.close_all(session.user, but=session)


def set_up_code(backend: Backend, name: str, secret: str, code: str) -> tuple[str, ...]:
    """Ask for a code at each login; the recovery codes. Raises `BadInput` for a code that is not the secret's."""
    try:
        is_right = backend.codes.accept(name, secret, code, backend.true_now())
    except ValueError as error:
        raise BadInput("secret: is not one") from error
    if not is_right:
        raise BadInput("code: is not the one the authenticator shows now")
    codes = recovery.new_codes()
    kept = tuple(map(recovery.digest, codes))
    change_oneself(backend, name, "totp on", lambda old: replace(old, totp=secret, recovery=kept))
    return codes


def renew_recovery(backend: Backend, name: str) -> tuple[str, ...]:
    """Make recovery codes in place of those before. Raises `BadInput` where no code is asked for."""
    codes = recovery.new_codes()
    kept = tuple(map(recovery.digest, codes))

    def change(old: User) -> User:
        if not old.totp:
            raise BadInput("recovery codes stand in for the code at login, and none is asked for")
        return replace(old, recovery=kept)

    change_oneself(backend, name, "recovery codes made", change)
    return codes


def change_oneself(backend: Backend, name: str, action: str, change: Callable[[User], User]) -> None:
    """Have a change of one's own account made and put on record. Raises `BadInput`."""
    with backend.trail_by(name).turn() as turn:
        file = backend.accounts.with_changed(name, change)
        turn.change(action, name, why="", detail={}, files=[file])
