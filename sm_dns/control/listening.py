"""Everything a service listens on, the workers' part and the portal's: handed over by the manager, or opened here."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain

from sm_dns.control import notify, ports
from sm_dns.control.compiled import Service
from sm_dns.control.listeners import Listeners, inherit_listeners, open_listeners
from sm_dns.control.portal_process import PortalSockets, open_portal, split_off
from sm_dns.errors import BadInput


@dataclass(frozen=True)
class Listening:
    """What the workers and the portal answer on."""

    workers: Listeners
    portal: PortalSockets

    def close(self) -> None:
        """Close every socket."""
        self.portal.close()
        self.workers.close()

    def addresses(self, doh_path: str) -> list[str]:
        """As status and the line `ready` show them."""
        return [*self.workers.addresses(doh_path), *self.portal.addresses()]


def start_listening(service: Service) -> Listening:
    """Take the manager's sockets over, or else open them. Raises `BadInput` that says who holds a port."""
    inherited = notify.inherited_sockets()
    if inherited:
        return _take_over(service, inherited)
    try:
        return _open(service)
    except BadInput:
        # Workers of a control process that was killed answer until somebody takes over: that is now.
        places = chain(service.listen, service.dot, service.doh, service.http, service.https)
        if not ports.dismiss_orphans(port for _, port in places):
            raise
        return _open(service)


def _take_over(service: Service, inherited: Iterable[socket.socket]) -> Listening:
    handed, others = split_off(inherited, chain(service.http, service.https))
    workers = inherit_listeners(others, service.workers, service.dot, service.doh)
    return _with_portal(workers, partial(open_portal, service.http, service.https, handed))


def _open(service: Service) -> Listening:
    workers = open_listeners(service.listen, service.workers, service.dot, service.doh)
    return _with_portal(workers, partial(open_portal, service.http, service.https))


def _with_portal(workers: Listeners, portal: Callable[[], PortalSockets]) -> Listening:
    try:
        return Listening(workers, portal())
    except BaseException:
        workers.close()
        raise
