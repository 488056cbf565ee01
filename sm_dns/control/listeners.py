"""Opening the sockets that workers answer on, before any privilege is needed elsewhere.

The control process keeps them open: a worker that dies leaves its queue in the kernel, and the next one takes it up.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from sm_dns.control import ports
from sm_dns.errors import BadInput

RECEIVE_BUFFER = 4 << 20  # octets of queries the kernel may hold for one socket; it caps this at rmem_max
BACKLOG = 1024
_RESOLVED = "systemd-resolve"  # the process name is cut at 15 characters


@dataclass
class Listeners:
    """For each worker its own UDP and TCP sockets, one of each per address."""

    udp: list[list[socket.socket]] = field(default_factory=list)
    tcp: list[list[socket.socket]] = field(default_factory=list)

    def close(self) -> None:
        """Close every socket."""
        for sock in chain(*self.udp, *self.tcp):
            sock.close()

    def addresses(self) -> list[str]:
        """What is listened on, as ADDRESS:PORT."""
        return [_text(sock.getsockname()) for sock in self.udp[0]]


def open_listeners(addresses: Iterable[tuple[str, int]], workers: int) -> Listeners:
    """Bind every address, UDP and TCP, once for each worker. Raises `BadInput` that says who holds a port."""
    listeners = Listeners([[] for _ in range(workers)], [[] for _ in range(workers)])
    try:
        for address, wanted in addresses:
            port = wanted
            _probe(address, port)
            for worker in range(workers):
                udp = _bind(address, port, socket.SOCK_DGRAM, shared=workers > 1)
                listeners.udp[worker].append(udp)
                port = udp.getsockname()[
                    1
                ]  # port 0 means any free one: TCP and other workers take what UDP got
                tcp = _bind(address, port, socket.SOCK_STREAM, shared=workers > 1)
                tcp.listen(BACKLOG)
                listeners.tcp[worker].append(tcp)
    except BaseException:
        listeners.close()
        raise
    return listeners


def inherit_listeners(sockets: Sequence[socket.socket], workers: int) -> Listeners:
    """The sockets of the service manager, shared by all workers (sd_listen_fds(3))."""
    datagram = [sock for sock in sockets if sock.type == socket.SOCK_DGRAM]
    stream = [sock for sock in sockets if sock.type == socket.SOCK_STREAM]
    return Listeners([list(datagram) for _ in range(workers)], [list(stream) for _ in range(workers)])


def _probe(address: str, port: int) -> None:
    """Find out whether somebody else answers there: with SO_REUSEPORT a second server would go unnoticed."""
    if port:
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            _bind(address, port, kind, shared=False).close()


def _bind(address: str, port: int, kind: socket.SocketKind, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, kind | socket.SOCK_NONBLOCK)
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        raise BadInput(f"listen {_text((address, port))}: {_why(error, address, port)}") from error
    return sock


def _why(error: OSError, address: str, port: int) -> str:
    if error.errno == errno.EACCES:
        return (
            f"no permission for port {port}: run as the packaged service (CAP_NET_BIND_SERVICE),"
            " or choose a port above 1023"
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return "this host has no such address"
    if error.errno != errno.EADDRINUSE:
        return error.strerror or str(error)
    found = ports.holders(port)
    if any(holder.name.startswith(_RESOLVED) for holder in found) or ports.is_stub_of_resolved(port):
        return (
            f"port {port} is held by systemd-resolved. Give it up with a drop-in"
            " /etc/systemd/resolved.conf.d/sm-dns.conf that says [Resolve] and DNSStubListener=no, then"
            " `systemctl restart systemd-resolved`; or listen on this server's LAN address only"
        )
    return f"the port is in use{f' by {found[0].name} (pid {found[0].pid})' if found else ''}"


def _text(address: tuple[str, int]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
