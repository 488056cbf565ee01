"""The servers that this host uses itself, followed as they change: DHCP, a network that comes up late, another one.

They stand in /etc/resolv.conf or in systemd-resolved's file. A look costs two system calls, and needs nothing of the
file system but that it can be read: nobody has to reload anything.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.upstreams.resolv_conf import lack, leads_back, nameservers, stubs

LOOK_SECONDS = 1.0
PORT = 53

log = logging.getLogger(__name__)

Wish = UpstreamAddress | None
"""An upstream of the configuration; None for the system's, however many these are."""


@dataclass(frozen=True)
class Wishes:
    """Upstreams as they are configured, in general and by name, and our own listeners, which are no upstream."""

    upstreams: tuple[Wish, ...]
    routes: dict[bytes, tuple[Wish, ...]]
    listeners: tuple[tuple[str, int], ...]

    def addresses(self, wanted: Iterable[Wish], servers: Iterable[str]) -> tuple[UpstreamAddress, ...]:
        """The upstreams in order, each once, with `servers` in the place of the system's."""
        found: dict[UpstreamAddress, None] = {}
        for wish in wanted:
            if wish is not None:
                found[wish] = None
                continue
            theirs = (UpstreamAddress(server, PORT) for server in servers)
            found.update(
                dict.fromkeys(address for address in theirs if not leads_back(address, self.listeners))
            )
        return tuple(found)


class SystemServers:
    """Tells `changed` when the files name other servers, while they are followed. A file without any changes nothing:
    to ask those of before is better than nobody."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, files: tuple[Path, ...], changed: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._files = files
        self._changed = changed
        self._seen = self._look()
        self.servers = self._read()
        self.lack = self._lack()
        """What the files lack now, as `resolv_conf.lack`; "" where they name a server."""
        self._is_wanted = self._is_watching = False

    def follow(self) -> None:
        """Look now, and from now on again and again: somebody asks these servers."""
        if not self._is_wanted:
            self._is_wanted = True
            self._take_up()
            self._watch_on()

    def rest(self) -> None:
        """Look no more: nobody asks them, and an idle service is to sleep."""
        self._is_wanted = False

    def _watch_on(self) -> None:
        if self._is_wanted and not self._is_watching:
            self._is_watching = True
            self._loop.call_later(LOOK_SECONDS, self._watch)

    def _watch(self) -> None:
        self._is_watching = False
        self._watch_on()  # first: it must go on whatever happens
        if self._is_wanted and self._take_up():
            self._changed()

    def _take_up(self) -> bool:
        """Whether the files name other servers than before, which are taken up."""
        seen = self._look()
        if seen == self._seen:
            return False
        self._seen = seen
        servers = self._read()
        self.lack = self._lack()
        if not servers or servers == self.servers:
            return False
        log.info("this host uses other name servers now: %s", ", ".join(servers))
        self.servers = servers
        return True

    def _lack(self) -> str:
        return "" if self._read() else lack(self._files)

    def _look(self) -> tuple[object, ...]:
        """What is another after a change."""
        return tuple(_mark(file) for file in self._files)

    def _read(self) -> tuple[str, ...]:
        """Those behind systemd-resolved's stub, or the stub itself where nothing tells who they are."""
        return nameservers(self._files) or stubs(self._files)


def _mark(file: Path) -> tuple[int, int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
