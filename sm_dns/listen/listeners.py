"""Opening the sockets that workers and the portal answer on, before any privilege is needed elsewhere.

The control process keeps them open: a worker that dies leaves its queue in the kernel, and the next one takes it up.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from sm_dns.listen import port_owners
from sm_dns.listen.spreading import spread_by_name
from sm_dns.serve.addresses import name_of, socket_address
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, system_reason

RECEIVE_BUFFER = 4 << 20  # octets of queries the kernel may hold for one socket; it caps this at rmem_max
MAX_PORT_TRIES = 16  # for port 0: a port that is free for UDP may be taken for TCP
BACKLOG = 1024
NO_ADDRESS = Message("this host has no such address")
Sockets = dict[str, list[socket.socket]]
"""The sockets of one process by what is spoken on them."""
OF_WORKERS = ("listen", "tcp", "dot", "doh")  # kinds of places that the workers answer at
OF_PORTAL = ("http", "https")
Handed = Mapping[tuple[int, str, int], socket.socket]
"""The service manager's sockets by type, address and port."""
_NOTHING: Handed = {}
_RESOLVED = "systemd-resolve"  # the process name is cut at 15 characters


class Place(NamedTuple):
    """Where something is listened on. `kind` is a key of `SPOKEN`; port 0 means any free one."""

    kind: str
    address: str
    port: int

    def __str__(self) -> str:
        where = text((self.address, self.port))
        return f"listen {where} over TCP" if self.kind == "tcp" else f"{self.kind} {where}"


SPOKEN = {
    "listen": "udp",
    "tcp": "tcp",
    "dot": "dot",
    "doh": "doh",
    "http": "http",
    "https": "https",
    "web": "web",
}
"""What is spoken at each kind of place. An address of `listen` is two places: most names need no TCP, so that whoever
holds its port for TCP alone must not take UDP away."""

_SCHEMES = {
    "udp": "{}",
    "dot": "tls://{}",
    "doh": "https://{}{path}",
    "http": "http://{}",
    "https": "https://{}",
}


def dns_places(addresses: Iterable[tuple[str, int]]) -> list[Place]:
    """The places of the addresses of `listen`."""
    return [Place(kind, *address) for address in addresses for kind in ("listen", "tcp")]


def wildcard_of(place: Place) -> Place:
    """The place that, once it is open, answers at this one too, and keeps it from being opened by itself."""
    return place._replace(address="::" if ":" in place.address else "0.0.0.0")  # noqa: S104 (compared)


def open_place(place: Place, copies: int = 1, handed: Handed = _NOTHING) -> list[Sockets]:
    """Bind a place once for each of `copies` processes; what the service manager `handed` over they share.

    Raises `BadInput` that says what is in the way (not where), and who holds the port.
    """
    spoken = SPOKEN[place.kind]
    kind = socket.SOCK_DGRAM if spoken == "udp" else socket.SOCK_STREAM
    found = handed.get((kind, place.address, place.port))
    if found is not None:
        return [{spoken: [found]} for _ in range(copies)]
    port = place.port
    if not port and spoken == "udp":
        port = _free_port(place.address)
    _probe(place.address, port, kind)
    opened: list[Sockets] = []
    try:
        for _ in range(copies):
            sock = _open(place.address, port, kind, shared=copies > 1)
            port = sock.getsockname()[1]  # any free one: the other processes take the same
            opened.append({spoken: [sock]})
        if copies > 1 and spoken == "udp":
            spread_by_name(sock, copies)
    except BaseException:
        close_all(opened)
        raise
    return opened


def close_all(opened: Iterable[Sockets]) -> None:
    """Close every socket."""
    for sockets in opened:
        for sock in chain(*sockets.values()):
            sock.close()


def joined(parts: Iterable[Sockets], kinds: Iterable[str]) -> Sockets:
    """The sockets of several places as one process gets them that serves places of these kinds."""
    whole: Sockets = {SPOKEN[kind]: [] for kind in kinds}
    for part in parts:
        for spoken, sockets in part.items():
            whole[spoken].extend(sockets)
    return whole


def shown(sockets: Sockets, doh_path: str) -> list[str]:
    """ADDRESS:PORT, tls://ADDRESS:PORT, https://ADDRESS:PORT/PATH …, as status and the line `ready` have them."""
    return [
        _SCHEMES[spoken].format(text(name_of(sock)), path=doh_path)
        for spoken, each in sockets.items()
        if spoken in _SCHEMES
        for sock in each
    ]


def _open(address: str, port: int, kind: socket.SocketKind, *, shared: bool) -> socket.socket:
    sock = _bind(address, port, kind, shared=shared)
    if kind == socket.SOCK_STREAM:
        sock.listen(BACKLOG)
    return sock


def _probe(address: str, port: int, kind: socket.SocketKind) -> None:
    """Find out whether somebody else answers there: with SO_REUSEPORT a second server would go unnoticed."""
    if port:
        _bind(address, port, kind, shared=False).close()


def _free_port(address: str) -> int:
    """A port that is free for UDP and for TCP, which is what port 0 asks for."""
    for last_try in (*[False] * MAX_PORT_TRIES, True):
        with _bind(address, 0, socket.SOCK_DGRAM, shared=False) as udp:
            port: int = udp.getsockname()[1]
            try:
                _bind(address, port, socket.SOCK_STREAM, shared=False).close()
            except BadInput:
                if last_try:
                    raise
                continue
        return port
    raise AssertionError("the last try returns or raises")


def _bind(address: str, port: int, kind: socket.SocketKind, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        sock = socket.socket(family, kind | socket.SOCK_NONBLOCK)
    except OSError as error:
        raise BadInput(_why(error, kind, port)) from error
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(socket_address(address, port))
    except OSError as error:
        sock.close()
        raise BadInput(_why(error, kind, port)) from error
    return sock


def _why(error: OSError, kind: socket.SocketKind, port: int) -> Message:
    if error.errno == errno.EACCES:
        return Message(
            "no permission for port {port}: run as the packaged service (CAP_NET_BIND_SERVICE), "
            "or choose a port above 1023",
            port=port,
        )
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return NO_ADDRESS
    if error.errno != errno.EADDRINUSE:
        return system_reason(error)
    found = port_owners.holders(port, port_owners.UDP if kind == socket.SOCK_DGRAM else port_owners.TCP)
    others = [holder for holder in found if not port_owners.is_of(holder.pid, os.getpid())]
    if found and not others:
        return Message("the port is in use by another address of this configuration")
    if any(holder.name.startswith(_RESOLVED) for holder in others) or port_owners.is_stub_of_resolved(port):
        return Message(
            "port {port} is held by systemd-resolved. Give it up with a drop-in "
            "/etc/systemd/resolved.conf.d/sm-dns.conf that says [Resolve] and "
            "DNSStubListener=no, then `systemctl restart systemd-resolved`; or listen on this "
            "server's LAN address only",
            port=port,
        )
    if not others:
        return Message("the port is in use")
    return Message("the port is in use by {name} (pid {pid})", name=others[0].name, pid=others[0].pid)


def text(address: tuple[str, int]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
