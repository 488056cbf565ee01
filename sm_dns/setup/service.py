"""The service of this host under systemd: started, made to go by the new file, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from sm_dns.setup.host import Host
from sm_dns.util.message import Message

UNIT, SOCKET = "sm-dns.service", "sm-dns.socket"
Need = Literal["start", "reload", "restart"]


def bring_up(host: Host, need: Need) -> Iterator[Message]:
    """Have the service run, now and after each boot, by what is written. `need`: what a running one is told.

    Gives what was done. Raises `BadInput` with what systemd said where it does not start.
    """
    if not host.has_systemd:
        yield Message("no systemd runs here: start sm-dns serve by what starts services on this host")
        return
    if not has_unit(host):
        yield Message("there is no unit {unit} yet: docs/install.md, step 4, installs it", unit=UNIT)
        return
    if host.run("systemctl", "is-active", SOCKET).code == 0:
        yield Message("{unit} is on: its addresses count in place of these, keep the two alike", unit=SOCKET)
    is_on = host.run("systemctl", "is-active", UNIT).code == 0
    if not is_on:
        host.well("systemctl", "enable", "--now", UNIT)
        yield Message("the service was started, and starts with this server from now on")
        return
    if host.run("systemctl", "is-enabled", UNIT).code:
        host.well("systemctl", "enable", UNIT)
        yield Message("the service starts with this server from now on")
    if need == "restart":
        host.well("systemctl", "restart", UNIT)
        yield Message("the service was started again")
    elif need == "reload":
        host.well("systemctl", "reload", UNIT)
        yield Message("the service goes by the new file")


def take_down(host: Host) -> Iterator[Message]:
    """Stop the service and its socket, and have neither start again. Raises `BadInput`."""
    if not host.has_systemd:
        return
    for unit in (SOCKET, UNIT):  # the socket first: it would start the service again
        is_used = host.run("systemctl", "is-active", unit).code == 0
        if is_used or host.run("systemctl", "is-enabled", unit).code == 0:
            host.well("systemctl", "disable", "--now", unit)
            yield Message("{unit} is stopped and starts no more", unit=unit)


def has_unit(host: Host) -> bool:
    """Whether systemd runs there and knows the service."""
    return host.has_systemd and host.run("systemctl", "cat", UNIT).code == 0


def is_up(host: Host) -> bool:
    """Whether the service runs, and starts with the server."""
    return all(host.run("systemctl", word, UNIT).code == 0 for word in ("is-active", "is-enabled"))
