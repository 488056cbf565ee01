"""What a bundle holds: which files of a server are the fleet's, and where each lies.

Addresses, upstreams, certificates and everything else of the configuration are a server's own. A name that is none of
these is refused, so that whoever signs a bundle writes nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sm_dns.fleet.bundles.bundle import MAX_FILE_BYTES, digest_of
from sm_dns.settings.settings import Settings
from sm_dns.state.fleet import role as fleet_role
from sm_dns.state.intent import FileChange, Removed, Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular

POLICY = fleet_role.POLICY_FILE
ZONES, CALENDAR, STATE, LISTS = "zones", "calendar", "state", fleet_role.SHARED_FOLDER
_NAME = re.compile(r"[^./\0-\x1f\x7f][^/\0-\x1f\x7f]{0,199}")
_ENDS = {ZONES: fleet_role.ZONES, CALENDAR: fleet_role.CALENDARS, LISTS: ("",)}
_SECRET = ("state/web/users.json", "state/access-requests.json", "state/person-requests.json")


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a server has the files of its fleet."""

    state: Path
    zones: Path
    calendar: Path

    def place(self, name: str) -> Path:
        """Where the file of a name in a bundle lies. Raises `BadInput` for a name that is none of a bundle."""
        if name == POLICY:
            return fleet_role.policy_file(self.state)
        role, _, rest = name.partition("/")
        if role == STATE and rest in fleet_role.SHARED:
            return self.state / rest
        if role in _ENDS and _NAME.fullmatch(rest) and rest.endswith(_ENDS[role]):
            return self._folder(role) / rest
        raise BadInput("{name!r} is no file of a bundle", name=name)

    def _folder(self, role: str) -> Path:
        return {ZONES: self.zones, CALENDAR: self.calendar, LISTS: self.state / LISTS}[role]

    def there(self) -> Iterator[tuple[str, Path]]:
        """The files that are there, the policy apart: each with its name in a bundle. Raises `OSError`."""
        for name in fleet_role.SHARED:
            if is_there(self.state / name):
                yield f"{STATE}/{name}", self.state / name
        for role, ends in _ENDS.items():
            folder = self._folder(role)
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                if path.name.endswith(ends) and _NAME.fullmatch(path.name) and path.is_file():
                    yield f"{role}/{path.name}", path


def folders(settings: Settings) -> Folders:
    """Those of a configuration."""
    return Folders(settings.state_dir, settings.zones_dir, settings.calendar_dir)


def policy_text(settings: Settings) -> bytes:
    """The policy part of a configuration, as YAML that is JSON."""
    return json.dumps(settings.policy_part, indent=1, ensure_ascii=False).encode() + b"\n"


def gathered(settings: Settings) -> dict[str, bytes]:
    """Every file of the fleet as it is now. Raises `BadInput` and `OSError`."""
    found = {POLICY: policy_text(settings)}
    for name, path in folders(settings).there():
        found[name] = read_regular(path, limit=MAX_FILE_BYTES)
    return found


def changes(where: Folders, wanted: Mapping[str, bytes]) -> list[FileChange]:
    """What is to be changed so that these files, and no others of the fleet, are there. Raises `BadInput`,
    `OSError`."""
    found: list[FileChange] = []
    for name, data in wanted.items():
        path = where.place(name)
        if not is_there(path) or digest_of(read_regular(path, limit=MAX_FILE_BYTES)) != digest_of(data):
            found.append(Replaced(path, data, _mode(name)))
    found += [Removed(path) for name, path in where.there() if name not in wanted]
    return found


def _mode(name: str) -> int:
    """The rights of a file, as its own commands write it."""
    if name in _SECRET:
        return 0o600
    return 0o640 if name == POLICY or name.startswith(f"{STATE}/") else 0o644
