"""Socket addresses of IP addresses in text, the link of a link-local one kept (RFC 4007 §11)."""

from __future__ import annotations

import socket


def socket_address(address: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    """What `connect` and `bind` take: of `fe80::1%eth0` with the number of its link, which the text alone loses.

    Raises `OSError` where there is no such link.
    """
    host, mark, zone = address.partition("%")
    if not mark:
        return host, port
    return host, port, 0, int(zone) if zone.isascii() and zone.isdigit() else socket.if_nametoindex(zone)


def without_link(address: str) -> str:
    """The address as certificates and Host headers have it."""
    return address.partition("%")[0]


def name_of(sock: socket.socket) -> tuple[str, int]:
    """The address in text and the port that a socket is bound to, with the link where that is part of it."""
    host, port, *more = sock.getsockname()
    if len(more) == 2 and more[1]:
        host = f"{host}%{_link(more[1])}"
    return host, port


def _link(number: int) -> str:
    try:
        return socket.if_indextoname(number)
    except OSError:  # it has just gone
        return str(number)
