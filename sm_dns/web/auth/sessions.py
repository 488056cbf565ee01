"""Sessions of people in the memory of the dashboard's process: a restart ends them all."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from sm_dns.util.message import Message

MAX_SESSIONS = 1024
MAX_PER_USER = 8


@dataclass(frozen=True, slots=True)
class Flash:
    """What a page tells of an action, by its name: that it was `done`, with the `token` or the recovery `codes` that
    it made and the `notes` about it, or that it `failed`, by which `error`, and what was `entered`."""

    done: str = ""
    token: str = ""
    codes: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    failed: str = ""
    error: Message | None = None
    entered: Mapping[str, str] = field(default_factory=dict)


NOTHING = Flash()


@dataclass(slots=True)
class Session:
    """One login. password: what was kept of it then; where another is kept the session has ended. csrf: the token
    that forms must send back; flash: what the next page tells, once; offered: a secret for an authenticator.
    """

    user: str
    password: str
    csrf: str
    started: float
    seen: float
    flash: Flash = NOTHING
    offered: str = ""

    def csrf_fits(self, given: str) -> bool:
        """Whether a form came from a page of this session."""
        return hmac.compare_digest(self.csrf.encode(), given.encode(errors="replace"))


class Sessions:
    """By the hash of their key: what is in memory opens no session. `idle` and `longest` are seconds."""

    def __init__(self, idle: float, longest: float) -> None:
        self._idle = idle
        self._longest = longest
        self._sessions: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def open(self, user: str, password: str, now: float) -> tuple[str, Session]:
        """Begin one; the key that its cookie holds, and the session."""
        key = secrets.token_urlsafe(32)
        session = Session(user, password, secrets.token_urlsafe(32), now, now)
        with self._lock:
            self._tidy(now)
            own = [digest for digest, each in self._sessions.items() if each.user == user]
            for digest in own[: max(0, len(own) - MAX_PER_USER + 1)]:
                del self._sessions[digest]
            if len(self._sessions) >= MAX_SESSIONS:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[_digest(key)] = session
        return key, session

    def find(self, key: str, now: float) -> Session | None:
        """The session of a key, if it has not ended. Whoever works in it sets `seen`."""
        with self._lock:
            session = self._sessions.get(_digest(key))
            if session is None:
                return None
            if self._ended(session, now):
                del self._sessions[_digest(key)]
                return None
            return session

    def close(self, key: str) -> None:
        """End one."""
        with self._lock:
            self._sessions.pop(_digest(key), None)

    def close_all(self, user: str, but: Session | None = None) -> None:
        """End all of a user, as when the password changes; but the one at hand may stay."""
        with self._lock:
            self._sessions = {
                digest: each for digest, each in self._sessions.items() if each.user != user or each is but
            }

    def _ended(self, session: Session, now: float) -> bool:
        return now - session.seen > self._idle or now - session.started > self._longest

    def _tidy(self, now: float) -> None:
        self._sessions = {
            digest: each for digest, each in self._sessions.items() if not self._ended(each, now)
        }


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()
