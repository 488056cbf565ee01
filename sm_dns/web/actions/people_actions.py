"""Changes of who may come in: users, their roles and passwords, tokens, and one's own password and codes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Annotated

from sm_dns.state.audit import Turn
from sm_dns.state.dashboard_accounts import ADMIN, User
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.schema_notes import says
from sm_dns.web.actions import own_steps
from sm_dns.web.auth import passwords
from sm_dns.web.auth.accounts import ROLES, TOKEN_ROLES, token_end, with_first_password
from sm_dns.web.auth.roles import TOO_MANY, Person, Refused
from sm_dns.web.auth.sessions import Session
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.answer import Role
from sm_dns.web.interface.request_fields import Field, Values

WHY = Field("why", summary="the reason; the audit keeps it", required=True)
_WHO = (
    Field("name", summary="small letters, digits, '.', '_' and '-'", required=True),
    Field("role", required=True, choices=ROLES),
    Field("department", summary="of a head: the only one that is shown"),
)

ADD_USER_FIELDS = (*_WHO, Field("password", "secret", required=True), WHY)
CHANGE_USER_FIELDS = (*_WHO, Field("password", "secret", "a new one; the old one stays without it"), WHY)
REMOVE_USER_FIELDS = (Field("name", required=True), WHY)
ADD_TOKEN_FIELDS = (
    Field("label", summary="what it is for", required=True),
    Field("role", required=True, choices=TOKEN_ROLES),
    Field("department", summary="of a head"),
    Field("expires", summary="how long it is good for: 90d without it, such as 30d, or never"),
    WHY,
)
REVOKE_TOKEN_FIELDS = (Field("id", required=True), WHY)
PASSWORD_FIELDS = (
    Field("old", "secret", "the password so far", required=True),
    Field("password", "secret", "the new one", required=True),
)
TOTP_FIELDS = (
    Field("secret", summary="the secret that the page showed", required=True),
    Field("code", summary="a code of the authenticator", required=True),
    Field("old", "secret", "the password", required=True),
)
NO_TOTP_FIELDS = (Field("old", "secret", "the password", required=True),)
RECOVERY_FIELDS = NO_TOTP_FIELDS


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Whom it was done to."""

    name: str


@dataclass(frozen=True, slots=True)
class NewCodes:
    """Recovery codes, which are told here and never again; those before are worthless."""

    name: str
    recovery: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonRights:
    """A person's rights as they are now."""

    name: str
    role: Role
    department: str


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, whose text is told here and never again."""

    id: str
    token: str
    expires: Annotated[int | None, says("POSIX seconds; null for never")]


@dataclass(frozen=True, slots=True)
class RevokedToken:
    """The token that is worthless now."""

    id: str
    label: str


def add_user(backend: Backend, person: Person, values: Values) -> PersonRights:
    """Let a person in, who sets a password of one's own at the first login."""
    kept = passwords.hash_new(values["password"])
    user = User(values["name"], values["role"], values["department"], kept, borrowed=True)
    with backend.trail(person).turn() as turn:
        file = backend.accounts.with_user(user)
        return _changed(turn, "user add", values, file)


def change_user(backend: Backend, person: Person, values: Values) -> PersonRights:
    """Give a person another role, department or password; the person logs in anew."""
    kept = passwords.hash_new(values["password"]) if values["password"] else ""

    def change(user: User) -> User:
        changed = replace(user, role=values["role"], department=values["department"])
        return with_first_password(changed, kept) if kept else changed

    with backend.trail(person).turn() as turn:
        told = _changed(turn, "user change", values, backend.accounts.with_changed(values["name"], change))
    backend.sessions.close_all(values["name"], but=person.session)
    return told


def remove_user(backend: Backend, person: Person, values: Values) -> NamedPerson:
    """Shut a person out, at once."""
    with backend.trail(person).turn() as turn:
        file, gone = backend.accounts.without_user(values["name"])
        detail = {"role": gone.role}
        turn.change("user remove", gone.name, why=values["why"], detail=detail, files=[file])
    backend.sessions.close_all(gone.name)
    return NamedPerson(gone.name)


def add_token(backend: Backend, person: Person, values: Values) -> NewToken:
    """Make a token for a program. Its text is told here and never again."""
    now = backend.true_now()
    expires = token_end(values["expires"], now)
    told = (values["label"], values["role"], values["department"])
    with backend.trail(person).turn() as turn:
        file, text, kept = backend.accounts.with_token(*told, now, expires)
        turn.change("token add", kept.id, why=values["why"], detail=kept.told(), files=[file])
    return NewToken(kept.id, text, expires)


def revoke_token(backend: Backend, person: Person, values: Values) -> RevokedToken:
    """Make a token worthless, at once."""
    with backend.trail(person).turn() as turn:
        file, gone = backend.accounts.without_token(values["id"])
        turn.change("token revoke", gone.id, why=values["why"], detail={"label": gone.label}, files=[file])
    return RevokedToken(gone.id, gone.label)


def change_password(backend: Backend, person: Person, values: Values) -> NamedPerson:
    """Change one's own password; one's other sessions end."""
    session = _oneself(backend, person, values["old"])
    own_steps.set_password(backend, session, values["password"])
    return NamedPerson(session.user)


def use_totp(backend: Backend, person: Person, values: Values) -> NewCodes:
    """Ask for a code at each login from now on, of this authenticator and no other."""
    session = _oneself(backend, person, values["old"])
    codes = own_steps.set_up_code(backend, session.user, values["secret"], values["code"])
    session.offered = ""
    return NewCodes(session.user, codes)


def drop_totp(backend: Backend, person: Person, values: Values) -> NamedPerson:
    """Ask for no code any more; of an administrator one is always asked for."""
    user = _oneself(backend, person, values["old"]).user
    if person.role == ADMIN:
        raise BadInput("an administrator gives a code at each login: set up another device in its place")
    own_steps.change_oneself(backend, user, "totp off", lambda old: replace(old, totp="", recovery=()))
    return NamedPerson(user)


def renew_recovery(backend: Backend, person: Person, values: Values) -> NewCodes:
    """Make recovery codes; those before are worthless."""
    user = _oneself(backend, person, values["old"]).user
    return NewCodes(user, own_steps.renew_recovery(backend, user))


def _oneself(backend: Backend, person: Person, password: str) -> Session:
    """The session of somebody who gives the password again. Guessing is as slow here as at the login."""
    user = backend.accounts.book().user(person.name)
    if person.session is None or user is None:
        raise Refused(403, "only people have passwords")
    keys = (f"own {user.name}",)
    now = backend.true_now()
    tried = backend.throttle.begin(keys, now)
    if tried.wait:
        raise Refused(429, TOO_MANY, tried.wait)
    if not passwords.matches(user.password, password):
        backend.attempts.failed("password", f"the session of {user.name}", user.name, tried.failures, now)
        raise BadInput("old: is not your password")
    backend.throttle.succeeded(keys)
    return person.session


def _changed(turn: Turn, action: str, values: Values, file: Replaced) -> PersonRights:
    told = PersonRights(values["name"], values["role"], values["department"])
    detail = {**asdict(told), "password": "new" if values["password"] else "as it was"}
    turn.change(action, told.name, why=values["why"], detail=detail, files=[file])
    return told
