"""Everything a service listens on, the workers' part and the portal's: handed over by the manager, or opened here.

An address that cannot be had keeps nothing else from being answered: it is `missing`, and tried again.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

from sm_dns.generation.service import Service
from sm_dns.listen import port_owners
from sm_dns.listen.listeners import (
    NO_ADDRESS,
    OF_PORTAL,
    OF_WORKERS,
    Handed,
    Place,
    Sockets,
    close_all,
    dns_places,
    joined,
    open_place,
    shown,
    wildcard_of,
)
from sm_dns.serve.addresses import name_of
from sm_dns.util import systemd
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

RETRY_SECONDS = 3.0  # between two tries of what is missing


class Listening:
    """What is wanted, what of it is open, and what is `missing`, with the reason."""

    def __init__(self, workers: int, handed: Iterable[socket.socket] = ()) -> None:
        """`handed` are the sockets of the service manager: they take the place of `listen`."""
        self.missing: dict[Place, Message] = {}
        self._workers = workers
        self._handed: Handed = {(sock.type, *name_of(sock)): sock for sock in handed}
        self._wanted: list[Place] = []
        self._open: dict[Place, list[Sockets]] = {}

    def want(self, service: Service) -> list[Place]:
        """Open what a service's settings name and is not open yet; what came to be open.

        What they do not name any more stays open until the next start.
        """
        wanted = _places(service)
        if self._handed:
            others = [place for place in wanted if place.kind not in ("listen", "tcp")]
            wanted = [*self._manager_s(others), *others]
        self._wanted = list(dict.fromkeys([*wanted, *self._open]))
        return self.retry()

    def _manager_s(self, others: Iterable[Place]) -> list[Place]:
        """The sockets of the service manager that are not for other places: they take the place of `listen`."""
        taken = {(place.address, place.port) for place in others}
        return [
            Place("listen" if kind == socket.SOCK_DGRAM else "tcp", address, port)
            for kind, address, port in self._handed
            if (address, port) not in taken
        ]

    def retry(self) -> list[Place]:
        """Try once more what is not open; what came to be open."""
        self.missing = {}
        wildcards_first = sorted(self._wanted, key=lambda place: place != wildcard_of(place))
        return [place for place in wildcards_first if not self._is_answered(place) and self._had(place)]

    def of_workers(self, places: Iterable[Place] | None = None) -> list[Sockets]:
        """Each worker's sockets, of some places or of all."""
        kept = self._kept(OF_WORKERS, places)
        return [
            joined((self._open[place][number] for place in kept), OF_WORKERS)
            for number in range(self._workers)
        ]

    def of_portal(self) -> Sockets:
        """The portal's sockets."""
        return joined((self._open[place][0] for place in self._kept(OF_PORTAL)), OF_PORTAL)

    def addresses(self, doh_path: str) -> list[str]:
        """As status and the line `ready` show them."""
        every = self._kept((*OF_WORKERS, *OF_PORTAL))
        return [each for place in every for each in shown(self._open[place][0], doh_path)]

    @property
    def answers(self) -> bool:
        """Whether there is an address at which names can be asked."""
        return bool(self._kept(OF_WORKERS))

    @property
    def left_out(self) -> dict[str, Message]:
        """What is missing and is missed."""
        return {
            str(place): reason for place, reason in self.missing.items() if not nobody_asks_at(place, reason)
        }

    def close(self) -> None:
        """Close every socket."""
        for opened in self._open.values():
            close_all(opened)
        for sock in self._handed.values():
            sock.close()

    def _kept(self, kinds: Iterable[str], places: Iterable[Place] | None = None) -> list[Place]:
        """The open places of these kinds, of `places` or of all, by kind and in the order of the configuration."""
        among = set(self._open if places is None else places) & self._open.keys()
        return [place for kind in kinds for place in self._wanted if place.kind == kind and place in among]

    def _is_answered(self, place: Place) -> bool:
        return place in self._open or wildcard_of(place) in self._open

    def _had(self, place: Place) -> bool:
        """Open a place, or note why that cannot be."""
        udp = place._replace(kind="listen")
        if place.kind == "tcp" and udp in self.missing:
            return False  # it is the whole address that is missing
        copies = self._workers if place.kind in OF_WORKERS else 1
        try:
            self._open[place] = open_place(self._by_number(place, udp), copies, self._handed)
        except BadInput as error:
            self.missing[place] = error.reason
        return place in self._open

    def _by_number(self, place: Place, udp: Place) -> Place:
        """A place where any free port will do has that of UDP for TCP."""
        if place.kind != "tcp" or place.port or udp not in self._open:
            return place
        (sock,) = self._open[udp][0]["udp"]
        return place._replace(port=sock.getsockname()[1])


def nobody_asks_at(place: Place, reason: Message) -> bool:
    """Whether a place that cannot be had is missed by nobody: ::1 and :: on a host without IPv6."""
    return reason == NO_ADDRESS and place.address in ("::1", "::")


def start_listening(service: Service) -> Listening:
    """Take the manager's sockets over, or else open them.

    Raises `BadInput` where there is not one address at which names can be asked.
    """
    listening = Listening(service.workers, systemd.inherited_sockets())
    listening.want(service)
    # Workers of a control process that was killed answer until somebody takes over: that is now.
    if listening.missing and port_owners.dismiss_orphans(place.port for place in listening.missing):
        listening.retry()
    if not listening.answers:
        listening.close()
        reasons = [
            Message("{place}: {reason}", place=place, reason=reason)
            for place, reason in listening.missing.items()
        ]
        raise BadInput(next(iter(reasons), "there is no address to listen on"))
    return listening


def _places(service: Service) -> list[Place]:
    named = (
        ("dot", service.dot),
        ("doh", service.doh),
        ("http", service.http),
        ("https", service.https),
    )
    others = (Place(kind, *each) for kind, places in named for each in places)
    return [*dns_places(service.listen), *others]
