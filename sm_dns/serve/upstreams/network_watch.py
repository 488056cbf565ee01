"""Hearing from the kernel that this host's addresses, routes or links have changed (rtnetlink(7)).

A connected socket keeps the source address that it began with: after a change nothing comes back on it, and over IPv6
nothing even says so.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable

from sm_dns.serve.event_loop import DrainSelector

SETTLE_SECONDS = 0.1  # after the first word of a change: several come together
_MAX_MESSAGE = 65_536
_MAX_MESSAGES = 64  # read at once; what is more is about the same change
# RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE of <linux/rtnetlink.h>
_GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400

log = logging.getLogger(__name__)


class NetworkWatch:
    """Calls `changed` a moment after the network has changed, once for all that changes together."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, selector: DrainSelector, changed: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._changed = changed
        self._is_due = False
        try:
            self._sock = socket.socket(
                socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE
            )
            self._sock.bind((0, _GROUPS))
        except OSError as error:  # names resolve all the same, until an address changes
            log.warning("changes of the network are not noticed: %s", error)
            return
        selector.drain(self._sock, self._hear)

    def _hear(self) -> None:
        for _ in range(_MAX_MESSAGES):
            try:
                self._sock.recv(_MAX_MESSAGE)
            except BlockingIOError:
                break
            except OSError:
                continue  # more was to be told than the kernel had room for: something has changed
        if not self._is_due:
            self._is_due = True
            self._loop.call_later(SETTLE_SECONDS, self._tell)

    def _tell(self) -> None:
        self._is_due = False
        self._changed()
