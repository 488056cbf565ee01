"""One-time codes that were used: a code works once, whoever is quicker, and after a restart too (RFC 6238 §5.2)."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from sm_dns.state.dashboard_accounts import FOLDER
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory, read_text
from sm_dns.web.auth import totp

FILE = "used-codes.json"
MAX_BYTES = 1 << 20
MAX_KEPT = 1000  # users whose last code is remembered; the ones longest ago are past anyway


class UsedCodes:
    """The last counter of each user's authenticator, in `STATE_DIR/web/used-codes.json`."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / FOLDER
        self._file = self._folder / FILE
        self._lock = threading.Lock()

    def accept(self, name: str, secret: str, given: str, now: float) -> bool:
        """Whether a code is right at `now` (POSIX seconds) and was not used; then it is used up, on the disk first.

        Raises `ValueError` for a secret that is none, `BadInput` for a damaged file, and `OSError` where it cannot be
        written: nobody comes in by a code that could come in by it again.
        """
        with self._lock:
            used = self._read()
            counter = totp.accepted(secret, given, now, used.pop(name, 0))
            if counter is None:
                return False
            kept = dict([*used.items(), (name, counter)][-MAX_KEPT:])
            make_directory(self._folder, mode=0o700)
            atomic_write(self._file, json.dumps(kept).encode() + b"\n", mode=0o600)
            return True

    def _read(self) -> dict[str, int]:
        if not self._file.exists():
            return {}
        try:
            found = json.loads(read_text(self._file, limit=MAX_BYTES))
            return {str(name): int(counter) for name, counter in found.items()}
        except (ValueError, TypeError, AttributeError) as error:
            raise BadInput("is not a file of used codes: {reason}", file=self._file, reason=error) from error
