"""Who may use the dashboard: how its users and tokens are changed (`state/dashboard_accounts.py` has their file).

Roles (OPS-1): `admin` changes, `auditor` reads everything, `head` sees the figures of one department; a token may
also be for pushing logons and nothing else. A password is kept as argon2id, a token as its SHA-256: it is random, so
nothing slower is needed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from sm_dns.state.dashboard_accounts import ADMIN, FILE, FOLDER, Book, Token, User, read_book
from sm_dns.state.intent import FileChange, Removed, Replaced
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory, read_text
from sm_dns.util.message import reason_of

FIRST_RUN_FILE = "first-run-token"
AUDITOR, HEAD = "auditor", "head"
ROLES = (ADMIN, AUDITOR, HEAD)
LOGONS = "logons"
TOKEN_ROLES = (*ROLES, LOGONS)
TOKEN_PREFIX = "smdns_"  # noqa: S105 (so that scanners of leaked secrets know it)
MAX_USERS = 1000
MAX_TOKENS = 200
MAX_TEXT = 64
TOKEN_DAYS = 90  # that a token is good for, where nothing else is said
MAX_TOKEN_DAYS = 3660
NEVER = "never"
_DAY = 86_400

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")


class Accounts:
    """The file, read anew when it has changed. What is to be changed in it is made ready in a turn of the audit.

    The methods that make something ready raise `BadInput`.
    """

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._folder = state_dir / FOLDER
        self._file = self._folder / FILE
        self._known: tuple[int, int] | None = None
        self._book = Book()

    @property
    def first_run_file(self) -> Path:
        """Where the token lies that the first run asks for."""
        return self._folder / FIRST_RUN_FILE

    def book(self) -> Book:
        """Everybody now. Raises `BadInput` for a damaged file: then nobody comes in."""
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return Book()
        mark = (found.st_ino, found.st_mtime_ns)
        if mark != self._known:
            self._book = read_book(self._state_dir)
            self._known = mark
        return self._book

    def prepare_first_run(self) -> bool:
        """Lay a token down while there is nobody; whether there is nobody."""
        if self.book().users:
            return False
        make_directory(self._folder, mode=0o700)
        if not self.first_run_file.exists():
            atomic_write(self.first_run_file, secrets.token_urlsafe(18).encode() + b"\n", mode=0o600)
        return True

    def first_run(self, token: str, name: str, password: str) -> tuple[list[FileChange], User]:
        """The first administrator; the token is used up."""
        if self._fresh().users:
            raise BadInput("there is an administrator already")
        expected = read_text(self.first_run_file, limit=1000).strip()
        if not hmac.compare_digest(expected.encode(), token.strip().encode(errors="replace")):
            raise BadInput("that is not the token of the first run")
        user = _checked(User(name, ADMIN, "", password))
        return [self._written(Book((user,))), Removed(self.first_run_file)], user

    def with_user(self, user: User) -> Replaced:
        """A person let in."""
        book = self._fresh()
        if book.user(user.name):
            raise BadInput("there is a user {name!r} already", name=user.name)
        if len(book.users) >= MAX_USERS:
            raise BadInput("there are {most} users already", most=MAX_USERS)
        return self._written(replace(book, users=(*book.users, _checked(user))))

    def with_changed(self, name: str, change: Callable[[User], User]) -> Replaced:
        """One changed; its name stays. The last administrator stays one."""
        book = self._fresh()
        old = _existing(book, name)
        new = _checked(replace(change(old), name=name))
        users = tuple(new if user is old else user for user in book.users)
        return self._written(_with_admin(replace(book, users=users)))

    def without_user(self, name: str) -> tuple[Replaced, User]:
        """A person shut out."""
        book = self._fresh()
        gone = _existing(book, name)
        users = tuple(user for user in book.users if user is not gone)
        return self._written(_with_admin(replace(book, users=users))), gone

    def without_recovery_code(self, name: str, code: str) -> tuple[Replaced, int]:
        """A recovery code used up, by its digest; how many the user has left. Raises `BadInput` where it was used."""
        codes = _existing(self._fresh(), name).recovery
        left = tuple(each for each in codes if each != code)
        if left == codes:
            raise BadInput("that recovery code was used")
        return self.with_changed(name, lambda user: replace(user, recovery=left)), len(left)

    def with_token(
        self, label: str, role: str, department: str, now: float, expires: int | None
    ) -> tuple[Replaced, str, Token]:
        """A token more: its text, which is shown once, and what is kept of it."""
        text = TOKEN_PREFIX + secrets.token_urlsafe(32)
        kept = Token(secrets.token_hex(4), label, role, department, digest(text), int(now), expires)
        if not label or len(label) > MAX_TEXT or not label.isprintable():
            raise BadInput("a token has a label: one line of text that says what it is for")
        _check_role(role, department, TOKEN_ROLES)
        book = self._fresh()
        if len(book.tokens) >= MAX_TOKENS:
            raise BadInput("there are {most} tokens already", most=MAX_TOKENS)
        return self._written(replace(book, tokens=(*book.tokens, kept))), text, kept

    def without_token(self, token_id: str) -> tuple[Replaced, Token]:
        """A token made worthless."""
        book = self._fresh()
        for gone in book.tokens:
            if gone.id == token_id:
                rest = tuple(token for token in book.tokens if token is not gone)
                return self._written(replace(book, tokens=rest)), gone
        raise BadInput("there is no token {id!r}", id=token_id)

    def token(self, text: str, now: float) -> Token | None:
        """The token of a text, if it is one and has not ended."""
        wanted = digest(text)
        for token in self.book().tokens:
            if hmac.compare_digest(token.digest, wanted):
                return None if has_ended(token, now) else token
        return None

    def _fresh(self) -> Book:
        self._known = None
        return self.book()

    def _written(self, book: Book) -> Replaced:
        make_directory(self._folder, mode=0o700)
        text = json.dumps(asdict(book), indent=1, ensure_ascii=False)
        return Replaced(self._file, text.encode() + b"\n", mode=0o600)


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def has_ended(token: Token, now: float) -> bool:
    """Whether a token is good for nothing any more at `now` (POSIX seconds)."""
    return token.expires is not None and now >= token.expires


def token_end(text: str, now: float) -> int | None:
    """When a token made at `now` (POSIX seconds) ends: `30d`, without a text after `TOKEN_DAYS`; None for `never`."""
    if text == NEVER:
        return None
    try:
        seconds = parse_duration(text) if text else TOKEN_DAYS * _DAY
    except ValueError as error:
        raise BadInput("expires: {reason}", reason=reason_of(error)) from error
    if seconds > MAX_TOKEN_DAYS * _DAY:
        raise BadInput("expires: at most {most} days, or never", most=MAX_TOKEN_DAYS)
    return int(now + seconds)


def with_first_password(user: User, kept: str) -> User:
    """Somebody to whom another gave a password: it is changed at the next login, and the code set up anew."""
    return replace(user, password=kept, borrowed=True, totp="", recovery=())


def without_code(user: User) -> User:
    """Somebody whose authenticator is lost: an administrator sets up another at the next login."""
    return replace(user, totp="", recovery=())


def _checked(user: User) -> User:
    if not _NAME.fullmatch(user.name):
        raise BadInput("a user's name is of small letters, digits, '.', '_' and '-', at most 32")
    _check_role(user.role, user.department, ROLES)
    return user


def _check_role(role: str, department: str, roles: Sequence[str]) -> None:
    if role not in roles:
        raise BadInput("there is no role {role!r}; there are: {roles}", role=role, roles=", ".join(roles))
    if (role == HEAD) is not bool(department):
        raise BadInput("a head has a department, and nobody else has one")
    if len(department) > MAX_TEXT or not department.isprintable():
        raise BadInput("a department is one short line of text")


def _existing(book: Book, name: str) -> User:
    found = book.user(name)
    if found is None:
        raise BadInput("there is no user {name!r}", name=name)
    return found


def _with_admin(book: Book) -> Book:
    if not any(user.role == ADMIN for user in book.users):
        raise BadInput("the last administrator stays one")
    return book
