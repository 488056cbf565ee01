"""Which listener answers on a UDP socket: the native one where it was built."""

from __future__ import annotations

import logging
import socket

from sm_dns.native import is_pure_wanted
from sm_dns.serve.clients.forwarded import ForwardedListener
from sm_dns.serve.clients.udp import Shared, UdpListener
from sm_dns.serve.clients.wildcard_socket import WildcardSocket

_WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound here

log = logging.getLogger(__name__)


def udp_listener(sock: socket.socket, shared: Shared) -> UdpListener:
    """The listener on a bound socket."""
    known = WildcardSocket(sock) if sock.getsockname()[0] in _WILDCARDS else sock
    forwarded = ForwardedListener(known, shared)
    if is_pure_wanted():
        return UdpListener(known, shared, forwarded)
    try:
        from sm_dns.serve.clients.native_udp import NativeUdpListener
    except ImportError:
        log.warning("the query path was not compiled: it runs in Python")
        return UdpListener(known, shared, forwarded)
    return NativeUdpListener(known, shared, forwarded)
