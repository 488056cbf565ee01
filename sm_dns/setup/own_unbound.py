"""The unbound of this server's own, which checks DNSSEC: whether it can be had; installed, started, stopped.

Its configuration is written by the service at each start (`validation/unbound_config.py`), so it is started after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sm_dns.setup.host import Host
from sm_dns.util.message import Message
from sm_dns.validation.unit_needs import OWN_OF_DEBIAN, PROGRAM, ROOT_KEY, UNIT, UNIT_FOLDERS

Standing = Literal["ready", "to install", "no"]
_APT = "/usr/bin/apt-get"
_DEBIANS = "unbound.service"  # that of the package, which takes port 53 of loopback


def standing(host: Host) -> Standing:
    """Whether it is there, or can be installed from the packages of the system."""
    if not host.has_systemd or not any((host.root / each / UNIT).exists() for each in UNIT_FOLDERS):
        return "no"
    is_there = (host.root / PROGRAM).exists() and (host.root / ROOT_KEY).exists()
    return "ready" if is_there else "to install" if host.file(_APT).exists() else "no"


def is_unbound_up(host: Host) -> bool:
    """Whether it runs, and starts with the server."""
    return standing(host) == "ready" and all(
        host.run("systemctl", word, UNIT).code == 0 for word in ("is-active", "is-enabled")
    )


def install_unbound(host: Host) -> Iterator[Message]:
    """Have the program there, and Debian's own service of it away from port 53. Raises `BadInput`."""
    if standing(host) == "to install":
        host.well("systemctl", "mask", _DEBIANS)  # before it is there, or the package starts it
        host.well(_APT, "install", "--yes", "--no-install-recommends", "unbound", "dns-root-data")
        yield Message("unbound was installed from the packages of this system; its own service is masked")
    elif (host.root / OWN_OF_DEBIAN).is_symlink():
        host.well("systemctl", "disable", "--now", _DEBIANS)
        yield Message("Debian's own {unit} was stopped, which has port 53 of loopback", unit=_DEBIANS)


def bring_up_unbound(host: Host) -> Iterator[Message]:
    """Start it, now and with this server. Raises `BadInput`."""
    if not is_unbound_up(host):
        host.well("systemctl", "enable", "--now", UNIT)
        yield Message("{unit} was started: it checks DNSSEC from now on", unit=UNIT)


def take_down_unbound(host: Host) -> Iterator[Message]:
    """Stop it. Raises `BadInput`."""
    if host.has_systemd and host.run("systemctl", "is-enabled", UNIT).code == 0:
        host.well("systemctl", "disable", "--now", UNIT)
        yield Message("{unit} is stopped and starts no more", unit=UNIT)
