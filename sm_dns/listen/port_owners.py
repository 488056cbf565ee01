"""Who is bound to a port, as /proc tells it, and workers that outlived their control process."""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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


@dataclass(frozen=True, slots=True)
class Binding:
    """An address at which somebody receives; `holder` is None where this user may not look into who it is."""

    protocol: str
    address: str
    holder: Holder | None


def holders(port: int, tables: Iterable[str] = (*UDP, *TCP), proc: Path = PROC) -> list[Holder]:
    """The processes bound to a port in some of the kernel's tables, as far as this user may look into them."""
    inodes = {row.inode for table in tables for row in _bound(port, table, proc)}
    return [_holder(process) for process, open_files in _processes(proc) if inodes & open_files]


def bindings(port: int, proc: Path = PROC) -> list[Binding]:
    """Every address at which somebody receives at a port, over `udp` and over `tcp`, and who that is."""
    rows = [(table.removesuffix("6"), row) for table in (*UDP, *TCP) for row in _bound(port, table, proc)]
    wanted = {row.inode for _, row in rows}
    owners: dict[str, Holder] = {}
    for process, open_files in _processes(proc) if wanted else ():
        for inode in wanted & open_files:
            owners.setdefault(inode, _holder(process))
    return [Binding(protocol, row.address, owners.get(row.inode)) for protocol, row in rows]


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


class _Row(NamedTuple):
    """A line of a table of the kernel: the address of a socket, and the socket as a process has it open."""

    address: str
    inode: str


def _bound(port: int, table: str, proc: Path) -> list[_Row]:
    found: list[_Row] = []
    for fields in map(str.split, _lines(proc / "net" / table)[1:]):
        address, _, number = fields[1].rpartition(":")
        if int(number, 16) == port and fields[3] in _LISTENING:
            found.append(_Row(_address(address), f"socket:[{fields[9]}]"))
    return found


def _address(digits: str) -> str:
    """An address as the kernel writes it: words of four octets, each in this machine's own order."""
    words = [bytes.fromhex(digits[at : at + 8]) for at in range(0, len(digits), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return str(ipaddress.ip_address(packed))


def _processes(proc: Path) -> Iterator[tuple[Path, set[str]]]:
    """Every process and what it has open."""
    return ((process, _open_files(process)) for process in proc.glob("[0-9]*"))


def _holder(process: Path) -> Holder:
    command = "".join(_lines(process / "cmdline")).split("\0")
    return Holder(int(process.name), "".join(_lines(process / "comm")), not CHILDREN.isdisjoint(command))


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
