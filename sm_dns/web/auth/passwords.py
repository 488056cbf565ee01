"""Passwords, kept as argon2id (RFC 9106). Few are worked on at once: each takes memory and time on purpose."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sm_dns.util.errors import BadInput

MIN_LENGTH = 10
MAX_LENGTH = 200
MAX_AT_ONCE = 2
MEMORY_KIB = 32 * 1024

_hasher = PasswordHasher(time_cost=3, memory_cost=MEMORY_KIB, parallelism=1)
_room = threading.BoundedSemaphore(MAX_AT_ONCE)
# Of nobody: who is not known takes as long to refuse as who is.
_NOBODY = "$argon2id$v=19$m=32768,t=3,p=1$c20tZG5zLW5vLXNhbHQ$2OUvMBtEvaSP/uxPHAaGSv8bSiVlXZIMyMSOwvNtLNg"


def check_new(password: str) -> None:
    """Raise `BadInput` for one that must not be taken."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadInput(
            "a password has {least} to {most} characters",
            least=MIN_LENGTH,
            most=MAX_LENGTH,
        )
    if len(set(password)) < 4:
        raise BadInput("a password of the same few characters is too easy to guess")


def hash_new(password: str) -> str:
    """What is kept of a password. Raises `BadInput`."""
    check_new(password)
    with _room:
        return _hasher.hash(password)


def matches(kept: str | None, given: str) -> bool:
    """Whether the password is the one kept; None stands for nobody's, which none is."""
    if len(given) > MAX_LENGTH:
        return False
    with _room:
        try:
            return _hasher.verify(kept or _NOBODY, given) and kept is not None
        except (VerificationError, InvalidHashError):
            return False
