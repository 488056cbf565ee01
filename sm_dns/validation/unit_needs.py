"""What this host still lacks for the unit of our own unbound, each with the command that mends it."""

from __future__ import annotations

import grp
import pwd
from collections.abc import Iterator
from pathlib import Path

from sm_dns.util.files import is_there
from sm_dns.util.finding import Finding, finding

UNIT = "sm-dns-unbound.service"
USER = "sm-dns-unbound"
PROGRAM = Path("usr/sbin/unbound")
ROOT_KEY = Path("usr/share/dns/root.key")
UNIT_FOLDERS = (Path("etc/systemd/system"), Path("lib/systemd/system"), Path("usr/lib/systemd/system"))
OWN_OF_DEBIAN = Path("etc/systemd/system/multi-user.target.wants/unbound.service")


def unit_needs(root: Path = Path("/")) -> Iterator[Finding]:
    """Errors for what is missing, a warning for what stands in the way; nothing where the unit can be started.

    `root` is where this host's files begin.
    """
    if not is_there(root / PROGRAM):
        yield finding(
            "error",
            "unbound is not installed: `systemctl mask unbound`, so that Debian's own service does not take port 53, "
            "then `apt install unbound dns-root-data`",
        )
    elif is_there(root / OWN_OF_DEBIAN):
        yield finding(
            "warning",
            "Debian's own unbound.service is enabled and takes port 53 of loopback: "
            "`systemctl disable --now unbound`",
        )
    if not is_there(root / ROOT_KEY):
        yield finding("error", "the key of the root is not there: `apt install dns-root-data`")
    if not any(is_there(root / folder / UNIT) for folder in UNIT_FOLDERS):
        yield finding("error", "the unit {unit} is not installed: see docs/install.md, Validation", unit=UNIT)
    if not (_is_user(USER) and _is_group(USER)):
        yield finding(
            "error", "there is no user {user}: `systemd-sysusers` makes it, with sm-dns's own file", user=USER
        )


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _is_group(name: str) -> bool:
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True
