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
MAX_PORT_TRIES = 16  # for port 0: a port that is free for UDP may be taken for TCP
BACKLOG = 1024
Address = tuple[str, int]
Sockets = dict[str, list[socket.socket]]
_RESOLVED = "systemd-resolve"  # the process name is cut at 15 characters


@dataclass
class Listeners:
    """For each worker its own sockets: UDP and TCP, one of each per address, and those of DoT and DoH."""

    udp: list[list[socket.socket]] = field(default_factory=list)
    tcp: list[list[socket.socket]] = field(default_factory=list)
    dot: list[list[socket.socket]] = field(default_factory=list)
    doh: list[list[socket.socket]] = field(default_factory=list)

    def close(self) -> None:
        """Close every socket."""
        for sock in chain(*self.udp, *self.tcp, *self.dot, *self.doh):
            sock.close()

    def of_workers(self) -> list[Sockets]:
        """Each worker's sockets by what is spoken on them."""
        groups = zip(self.udp, self.tcp, self.dot, self.doh, strict=True)
        return [{"udp": udp, "tcp": tcp, "dot": dot, "doh": doh} for udp, tcp, dot, doh in groups]

    def addresses(self, doh_path: str) -> list[str]:
        """What is listened on: ADDRESS:PORT, tls://ADDRESS:PORT, https://ADDRESS:PORT/PATH."""
        return [
            *(text(sock.getsockname()) for sock in self.udp[0]),
            *(f"tls://{text(sock.getsockname())}" for sock in self.dot[0]),
            *(f"https://{text(sock.getsockname())}{doh_path}" for sock in self.doh[0]),
        ]


def open_listeners(
    addresses: Iterable[Address], workers: int, dot: Iterable[Address] = (), doh: Iterable[Address] = ()
) -> Listeners:
    """Bind every address once for each worker: UDP and TCP, TCP alone for `dot` and `doh`.

    Raises `BadInput` that says who holds a port.
    """
    listeners = _no_listeners(workers)
    try:
        for address, wanted in addresses:
            port = wanted or _free_port(address)
            _probe(address, port, socket.SOCK_DGRAM, socket.SOCK_STREAM)
            for worker in range(workers):
                udp = _bind(address, port, socket.SOCK_DGRAM, shared=workers > 1)
                listeners.udp[worker].append(udp)
                listeners.tcp[worker].append(_listen(address, port, shared=workers > 1))
        _open_streams(dot, listeners.dot)
        _open_streams(doh, listeners.doh)
    except BaseException:
        listeners.close()
        raise
    return listeners


def inherit_listeners(
    sockets: Sequence[socket.socket], workers: int, dot: Iterable[Address] = (), doh: Iterable[Address] = ()
) -> Listeners:
    """The sockets of the service manager, shared by all workers (sd_listen_fds(3)). Stream sockets on the addresses
    of `dot` and `doh` are those; such addresses that the manager did not open are opened here."""
    datagram = [sock for sock in sockets if sock.type == socket.SOCK_DGRAM]
    streams = {sock.getsockname()[:2]: sock for sock in sockets if sock.type == socket.SOCK_STREAM}
    listeners = _no_listeners(workers)
    for addresses, found in ((dot, listeners.dot), (doh, listeners.doh)):
        wanted = list(addresses)
        handed = [streams.pop(address) for address in wanted if address in streams]
        for group in found:
            group.extend(handed)
        own = {sock.getsockname()[:2] for sock in handed}
        _open_streams([address for address in wanted if address not in own], found)
    for udp, tcp in zip(listeners.udp, listeners.tcp, strict=True):
        udp.extend(datagram)
        tcp.extend(streams.values())
    return listeners


def open_streams(addresses: Iterable[Address]) -> list[socket.socket]:
    """Listen once on every address over TCP. Raises `BadInput` that says who holds a port."""
    found: list[list[socket.socket]] = [[]]
    try:
        _open_streams(addresses, found)
    except BaseException:
        for sock in found[0]:
            sock.close()
        raise
    return found[0]


def _no_listeners(workers: int) -> Listeners:
    udp, tcp, dot, doh = ([list[socket.socket]() for _ in range(workers)] for _ in range(4))
    return Listeners(udp, tcp, dot, doh)


def _open_streams(addresses: Iterable[Address], found: list[list[socket.socket]]) -> None:
    """Listen on every address, once for each worker's list."""
    for address, wanted in addresses:
        port = wanted
        _probe(address, port, socket.SOCK_STREAM)
        for group in found:
            sock = _listen(address, port, shared=len(found) > 1)
            port = sock.getsockname()[1]  # port 0 means any free one: other workers take the same
            group.append(sock)


def _listen(address: str, port: int, *, shared: bool) -> socket.socket:
    sock = _bind(address, port, socket.SOCK_STREAM, shared=shared)
    sock.listen(BACKLOG)
    return sock


def _probe(address: str, port: int, *kinds: socket.SocketKind) -> None:
    """Find out whether somebody else answers there: with SO_REUSEPORT a second server would go unnoticed."""
    if port:
        for kind in kinds:
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
        raise BadInput(f"listen {text((address, port))}: {_why(error, address, port)}") from error
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


def text(address: tuple[str, int]) -> str:
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
