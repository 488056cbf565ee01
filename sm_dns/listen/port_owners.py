"""Who is bound to a port, as /proc tells it, and workers that outlived their control process."""

from __future__ import annotations

import ipaddress
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
UDP = ("udp", "udp6")
TCP = ("tcp", "tcp6")
CHILDREN = frozenset({"sm_dns.serve.worker", "sm_dns.portal.process"})
DISMISS_SECONDS = 1.0
_ENDED = ("Z", "X")  # process states of /proc/PID/stat
_LISTENING = ("07", "0A")  # the states of an unconnected UDP and a listening TCP socket in /proc/net


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the port open. `name` is cut at 15 characters by the kernel."""

    pid: int
    name: str
    is_worker: bool


def holders(port: int, tables: Iterable[str] = (*UDP, *TCP), proc: Path = PROC) -> list[Holder]:
    """The processes bound to a port in some of the kernel's tables, as far as this user may look into them."""
    inodes = {
        f"socket:[{fields[9]}]"
        for table in tables
        for fields in map(str.split, _lines(proc / "net" / table)[1:])
        if int(fields[1].rpartition(":")[2], 16) == port and fields[3] in _LISTENING
    }
    found: list[Holder] = []
    for process in proc.glob("[0-9]*"):
        if inodes.isdisjoint(_open_files(process)):
            continue
        command = "".join(_lines(process / "cmdline")).split("\0")
        found.append(
            Holder(int(process.name), "".join(_lines(process / "comm")), not CHILDREN.isdisjoint(command))
        )
    return found


def is_of(pid: int, parent: int, proc: Path = PROC) -> bool:
    """Whether a process is this one or a child of it."""
    fields = "".join(_lines(proc / str(pid) / "stat")).rpartition(")")[2].split()
    return pid == parent or fields[1:2] == [str(parent)]


def is_stub_of_resolved(port: int, proc: Path = PROC) -> bool:
    """Whether 127.0.0.53 has the port: only systemd-resolved does that, and it belongs to another user."""
    return is_bound("127.0.0.53", port, proc)


def is_bound(address: str, port: int, proc: Path = PROC) -> bool:
    """Whether somebody, whoever it is, receives UDP on an IPv4 address itself."""
    own = f"{int.from_bytes(ipaddress.ip_address(address).packed, 'little'):08X}:{port:04X}"
    return any(line.split()[1] == own for line in _lines(proc / "net" / "udp")[1:])


def dismiss_orphans(ports: Iterable[int]) -> bool:
    """End the workers that alone hold one of these ports: their control process is gone and we take their place.

    True where there were any and they are gone.
    """
    orphans: set[int] = set()
    for port in ports:
        found = holders(port)
        if all(holder.is_worker for holder in found):
            orphans.update(holder.pid for holder in found)
    for pid in orphans:
        with suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + DISMISS_SECONDS
    while any(_lives(PROC / str(pid)) for pid in orphans):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return bool(orphans)


def _lives(process: Path) -> bool:
    """Whether a process has not ended. One that is ending has no open files any more, and its sockets still count."""
    stat = "".join(_lines(process / "stat")).rpartition(")")[2].split()
    return bool(stat) and stat[0] not in _ENDED


def _open_files(process: Path) -> set[str]:
    """What a process has open, files that come and go meanwhile left out; empty for what may not be looked into."""
    found: set[str] = set()
    with suppress(OSError):
        for link in (process / "fd").iterdir():
            with suppress(OSError):
                found.add(str(link.readlink()))
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
