"""Who says to have read the notice (NOT-6): one line a name in a small file, written anew as a whole.

What is typed is not proven: it is a statement, kept with its date and the version of the policy it was made under.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sm_dns.util.files import write_atomically

MAX_WHO = 64  # characters of a name
MAX_NAMES = 20_000
MAX_BY_CLIENT = 20  # an address may note on one day
MAX_CLIENTS = 4_096  # addresses whose notes are counted
_DAY = 86_400


class Refused(Exception):
    """An acknowledgement that is not taken; `status` is the HTTP status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Acknowledgements:
    """The file's content once it was read, and how many each address has noted today."""

    _known: dict[str, dict[str, str]] = field(default_factory=dict)
    _file: str = ""
    _day: int = 0
    _by_client: dict[str, int] = field(default_factory=dict)

    def note(self, file: str, who: str, version: str, address: str, now: float) -> None:
        """Take a name down, in place of an earlier note of it. Raises `Refused`."""
        who = " ".join(who.split())
        if not who or len(who) > MAX_WHO or not who.isprintable():
            raise Refused(400)
        self._count(address, int(now) // _DAY)
        self._read(file)
        key = who.casefold()
        if key not in self._known and len(self._known) >= MAX_NAMES:
            raise Refused(503)
        at = datetime.fromtimestamp(int(now), UTC).isoformat()
        self._known[key] = {"who": who, "at": at, "version": version}
        try:
            write_atomically(
                Path(file),
                [json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in self._known.values()],
            )
        except OSError as error:
            raise Refused(503) from error

    def _count(self, address: str, day: int) -> None:
        if day != self._day or len(self._by_client) >= MAX_CLIENTS:
            self._day, self._by_client = day, {}
        count = self._by_client.get(address, 0)
        if count >= MAX_BY_CLIENT:
            raise Refused(429)
        self._by_client[address] = count + 1

    def _read(self, file: str) -> None:
        """Read the file when it is first needed. One that cannot be read whole is not written over."""
        if file == self._file:
            return
        try:
            lines = Path(file).read_text(encoding="utf-8").splitlines()
            self._known = {one["who"].casefold(): one for one in map(json.loads, lines)}
        except FileNotFoundError:
            self._known = {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(503) from error
        self._file = file
