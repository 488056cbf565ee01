"""The service manager: readiness, reload, watchdog and status (sd_notify(3)), inherited sockets (sd_listen_fds(3)).

Standard library only. Without a manager every call does nothing.
"""

from __future__ import annotations

import os
import socket
import time

_FIRST_FD = 3


def notify(*lines: str) -> bool:
    """Send `KEY=VALUE` lines to the manager; False where there is none or it does not listen. Never raises."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    message = "\n".join(line.replace("\n", " ") for line in lines).encode()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            sender.sendto(message, address)
    except OSError:
        return False
    return True


def ready(status: str) -> bool:
    """The service answers: after the start, and after a reload."""
    return notify("READY=1", f"STATUS={status}", f"MAINPID={os.getpid()}")


def reloading() -> bool:
    """A reload begins; `ready` ends it. The time tells this reload from an earlier one (sd_notify(3))."""
    return notify("RELOADING=1", f"MONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")


def stopping() -> bool:
    """The service is shutting down."""
    return notify("STOPPING=1")


def status(text: str) -> bool:
    """One line for `systemctl status`."""
    return notify(f"STATUS={text}")


def watchdog() -> bool:
    """Sign of life; due every `watchdog_interval()` seconds."""
    return notify("WATCHDOG=1")


def watchdog_interval() -> float | None:
    """How often to call `watchdog`, in seconds: half of what the manager allows; None where it does not watch us."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    pid = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not microseconds.isdigit() or pid != str(os.getpid()) or int(microseconds) == 0:
        return None
    return int(microseconds) / 2_000_000


def inherited_sockets() -> list[socket.socket]:
    """The sockets that the manager opened for this process (LISTEN_FDS); [] where it opened none.

    May be called once: the variables are taken out of the environment, so that children do not claim the sockets.
    """
    pid = os.environ.pop("LISTEN_PID", "")
    count = os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()) or not count.isdigit():
        return []
    sockets = [socket.socket(fileno=number) for number in range(_FIRST_FD, _FIRST_FD + int(count))]
    for each in sockets:
        each.set_inheritable(False)
    return sockets
