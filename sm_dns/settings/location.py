"""Where the configuration is when nobody says."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

HERE = Path("config/sm-dns.yaml")
PACKAGED = Path("/etc/sm-dns/sm-dns.yaml")


def default_config() -> Path:
    """$SM_DNS_CONFIG, ./config/sm-dns.yaml or /etc/sm-dns/sm-dns.yaml; for root the last goes before the second.

    Raises `BadInput` where there is none, and where the one in this folder is another person's, or others may
    write it: who obeys it does what they want.
    """
    named = os.environ.get("SM_DNS_CONFIG")
    if named:
        return Path(named)
    places = [PACKAGED, HERE] if os.geteuid() == 0 else [HERE, PACKAGED]
    for place in places:
        if os.path.lexists(place):
            if place is HERE:
                _refuse_others(place)
            return place
    raise BadInput(
        "no configuration: give --config, or make one of {places}", places=", ".join(map(str, places))
    )


def found_config() -> Path:
    """The same, for a command that was told none: it says which one it uses."""
    found = default_config()
    print(f"configuration: {found.absolute()}", file=sys.stderr)
    return found


def _refuse_others(file: Path) -> None:
    for path in (file, file.parent, file.parent.parent):
        found = path.stat()
        if found.st_uid not in (0, os.geteuid()):
            reason = Message("belongs to another user")
        elif found.st_mode & _writable_by_others():
            reason = Message("may be written by others")
        else:
            continue
        raise BadInput(
            "not used, for {path}: {reason}: give --config",
            file=file.absolute(),
            path=path.absolute(),
            reason=reason,
        )


def _writable_by_others() -> int:
    """Many people have a group of their own that may write; root shares its with nobody."""
    return stat.S_IWOTH | stat.S_IWGRP if os.geteuid() == 0 else stat.S_IWOTH
