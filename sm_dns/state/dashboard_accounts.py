"""Accounts of the dashboard: people and programs, in `STATE_DIR/web/users.json`, for its owner's eyes only.

While anybody has one, rules of two persons are kept by accounts: an account is a person with a password and a code;
the user of a command is whom root says it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.strict_json import Json

FOLDER, FILE = "web", "users.json"
MAX_BYTES = 4 << 20
ADMIN = "admin"
KEPT_BY_USERS: Mapping[str, Json] = {
    "kept_by": "users of the system, for nobody has an account of the dashboard"
}
"""What the record of such a decision says where there are no accounts."""


@dataclass(frozen=True, slots=True)
class User:
    """A person. password: its argon2id; department: of a head only; totp: the secret in base32, "" without one.

    borrowed: somebody else chose the password; recovery: SHA-256 of each recovery code that was not used.
    """

    name: str
    role: str
    department: str
    password: str
    totp: str = ""
    borrowed: bool = False
    recovery: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Token:
    """A program's way in. digest: SHA-256 of the token in hex; expires: POSIX seconds, None for never."""

    id: str
    label: str
    role: str
    department: str
    digest: str
    created: int
    expires: int | None = None

    def told(self) -> dict[str, Json]:
        """What the audit keeps of it."""
        return {
            "label": self.label,
            "role": self.role,
            "department": self.department,
            "expires": self.expires,
        }


@dataclass(frozen=True, slots=True)
class Book:
    """All of them."""

    users: tuple[User, ...] = ()
    tokens: tuple[Token, ...] = ()

    def user(self, name: str) -> User | None:
        """The user of a name."""
        return next((user for user in self.users if user.name == name), None)


def read_book(state_dir: Path) -> Book:
    """Everybody; nobody where there is no file. Raises `BadInput` for a damaged one: then nobody comes in."""
    path = state_dir / FOLDER / FILE
    if not is_there(path):
        return Book()
    try:
        found = json.loads(read_text(path, limit=MAX_BYTES))
        users = tuple(_user(each) for each in found["users"])
        return Book(users, tuple(Token(**each) for each in found["tokens"]))
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput("is not a file of users: {reason}", file=path, reason=error) from error


def _user(found: Mapping[str, Any]) -> User:
    return User(**{**found, "recovery": tuple(found.get("recovery", ()))})


def has_accounts(state_dir: Path) -> bool:
    """Whether there is an account. Raises `BadInput` for a damaged file: then nobody is taken for nobody."""
    return bool(read_book(state_dir).users)


def refuse_command(state_dir: Path, page: str) -> None:
    """Raise `BadInput` where there are accounts: the decision is made on a page of the dashboard, by one of them."""
    if has_accounts(state_dir):
        raise BadInput(
            "it takes two persons, whom accounts of the dashboard tell apart: decide it there, on the page {page}",
            page=page,
        )
