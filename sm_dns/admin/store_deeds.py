"""What commands do in the store of counts, together with its record: both, or neither.

A store is a database and the audit is a file: nothing writes both at once. So a record comes with a *deed*, a small
file that says what is to be done (by `Trail.turn` both are there or both not). Then it is done, and the file is taken
away. One that is left was interrupted behind its record: whoever opens the store next does it. To do it twice changes
nothing.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sm_dns.monitor.store import retention, retirement
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.retention import Hold
from sm_dns.monitor.store.retirement import Retirement
from sm_dns.monitor.store.store import Store
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import locked, make_directory, read_regular
from sm_dns.util.strict_json import Json
from sm_dns.util.typed_json import from_json

FOLDER = "store-deeds"  # in the state directory
MAX_BYTES = 1 << 20  # of one deed
_LOCK = "lock"
_NOT_YET = "it is recorded, and not done yet; the next command on the store does it"

_DOING: dict[str, Callable[[Database, Any], None]] = {
    "hold": lambda database, given: retention.put_hold(database, Hold(*given)),
    "release": lambda database, given: retention.put_release(database, Hold(*given)),
    "retire": lambda database, given: retirement.put_retirement(database, Retirement(*given)),
    "purge": lambda database, given: retention.execute(database, from_json(retention.Plan, given)),
}
"""What each kind of deed does."""


class Deed:
    """The right to do one thing in the store."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{secrets.token_hex(8)}.json"
        self.is_recorded = False

    def record(
        self,
        trail: Trail,
        action: str,
        target: str,
        *,
        why: str,
        detail: Mapping[str, Json],
        kind: str,
        given: object,
    ) -> None:
        """Record what is done now, with what the deed needs to be done later if need be. Raises `OSError`."""
        text = json.dumps({"kind": kind, "given": given})
        with trail.turn() as turn:
            files = [Replaced(self._file, text.encode() + b"\n", 0o640)]
            turn.change(action, target, why=why, detail=detail, files=files)
        self.is_recorded = True

    def done(self) -> None:
        """It is done, and need not be done by others."""
        with suppress(OSError):  # then it is done once more, which changes nothing
            self._file.unlink(missing_ok=True)


@contextmanager
def deed(state_dir: Path, store: Store) -> Iterator[Deed]:
    """The right to do one thing, for one command at a time; what was interrupted is done before. Raises `OSError`.

    Where it is recorded and could not be done, the error says so.
    """
    folder = state_dir / FOLDER
    make_directory(folder)
    with locked(folder / _LOCK):
        _finish(folder, store)
        made = Deed(folder)
        try:
            yield made
        except OSError as error:
            if made.is_recorded:
                raise OSError(errno.EIO, _NOT_YET, str(folder)) from error
            raise
        made.done()


def finish(state_dir: Path, store: Store) -> None:
    """Do what was interrupted, unless a command is at it or this user may not."""
    with suppress(OSError):
        audit.settle(state_dir / audit.FILE)
        descriptor = os.open(state_dir / FOLDER / _LOCK, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _finish(state_dir / FOLDER, store)
        finally:
            os.close(descriptor)


def _finish(folder: Path, store: Store) -> None:
    for file in sorted(folder.glob("*.json")):
        try:
            found = json.loads(read_regular(file, limit=MAX_BYTES))
            work, given = _DOING[found["kind"]], found["given"]
        except (BadInput, ValueError, LookupError, TypeError) as error:
            raise OSError(errno.EIO, f"is no deed: {error}", str(file)) from error
        store.run(partial(_done, work, given))
        file.unlink()


def _done(work: Callable[[Database, Any], None], given: object, database: Database) -> None:
    work(database, given)
