"""Invitations: one-time tokens by which a server joins. Each ends by itself; of a token only its SHA-256 is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from sm_dns.fleet.members.standing_file import folder
from sm_dns.settings.endpoint import Endpoint, parse_endpoint
from sm_dns.state import json_file
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_text
from sm_dns.util.typed_json import from_json, to_json

FILE = "invitations.json"  # in the folder of the fleet
MAX_BYTES = 64 << 10
MAX_INVITATIONS = 16  # that have not ended
INVITATION_SECONDS = 3_600  # after which one ends by itself
MAX_WRONG_TOKENS = 5  # within `WRONG_SECONDS`, whoever shows them; after that nobody joins for a while
WRONG_SECONDS = 600.0

_URL = re.compile(r"smdns-fleet://([^/]+)/([0-9a-f]{64})/([A-Z2-7]{32})")


@dataclass(frozen=True, slots=True)
class Invitation:
    """`digest`: SHA-256 of the secret, in hex; `ends`: POSIX seconds."""

    digest: str
    ends: int


@dataclass(frozen=True, slots=True)
class Token:
    """What a person carries from the primary to the node: where it is, the fingerprint of its certificate, the
    secret."""

    address: Endpoint
    fingerprint: str
    secret: str

    @property
    def url(self) -> str:
        """The text that `sm-dns fleet join` takes."""
        return f"smdns-fleet://{self.address}/{self.fingerprint}/{self.secret}"


def read_token(url: str) -> Token:
    """The token of a text. Raises `BadInput`."""
    found = _URL.fullmatch(url.strip())
    if found is None:
        raise BadInput("is no invitation: type the line that `sm-dns fleet invite` printed on the primary")
    try:
        return Token(parse_endpoint(found[1]), found[2], found[3])
    except ValueError as error:
        raise BadInput("is no invitation: {reason}", reason=error) from error


def fresh(address: Endpoint, fingerprint: str) -> Token:
    """A token with a secret of 160 bits."""
    return Token(address, fingerprint, base64.b32encode(secrets.token_bytes(20)).decode())


def with_one(state_dir: Path, token: Token, now: float) -> tuple[Replaced, Invitation]:
    """The file with one more. Raises `BadInput` where too many wait."""
    waiting = [each for each in load(state_dir) if each.ends > now]
    if len(waiting) >= MAX_INVITATIONS:
        raise BadInput("{most} invitations wait already: each ends after an hour", most=MAX_INVITATIONS)
    made = Invitation(_digest(token.secret), int(now) + INVITATION_SECONDS)
    return _written(state_dir, [*waiting, made]), made


def without(state_dir: Path, secret: str, now: float) -> Replaced | None:
    """The file without the invitation of a secret; None where there is none that has not ended."""
    digest = _digest(secret)
    waiting = [each for each in load(state_dir) if each.ends > now]
    left = [each for each in waiting if not hmac.compare_digest(each.digest, digest)]
    return _written(state_dir, left) if len(left) < len(waiting) else None


def load(state_dir: Path) -> list[Invitation]:
    """Those that wait, ended ones too. Raises `BadInput` for a damaged file."""
    path = folder(state_dir) / FILE
    if not is_there(path):
        return []
    try:
        return list(from_json(tuple[Invitation, ...], json.loads(read_text(path, limit=MAX_BYTES))))
    except (ValueError, BadInput) as error:
        raise BadInput("is no list of invitations: {reason}", file=path, reason=error) from error


class WrongTokens:
    """Counts them, so that nobody tries many. Times are of a clock that is not set back."""

    def __init__(self) -> None:
        self._met: deque[float] = deque(maxlen=MAX_WRONG_TOKENS)

    def note(self, now: float) -> None:
        """One more."""
        self._met.append(now)

    def are_too_many(self, now: float) -> bool:
        """Whether nobody joins now."""
        return len(self._met) == MAX_WRONG_TOKENS and now - self._met[0] < WRONG_SECONDS


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _written(state_dir: Path, invitations: list[Invitation]) -> Replaced:
    items = [to_json(each) for each in invitations]
    return json_file.replaced(folder(state_dir) / FILE, items, MAX_BYTES)
