"""Who holds connections to the dashboard: so many of one client, so many in all, and who gives way beyond that.

A connection gives way while it asks nothing: its request has not come whole, or it waits for the next one. Of one
client the one that has been so the longest is first; of all, it is one of the client that holds the most. Where
everything is being answered, whoever comes is turned away.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Protocol

MAX_CONNECTIONS = 128
MAX_PER_CLIENT = 32


class Holder(Protocol):
    """A connection, as its place knows it."""

    def give_way(self) -> None:
        """Close now."""


class Places:
    """The connections of all listeners of a process. For one thread."""

    def __init__(self, total: int = MAX_CONNECTIONS, each: int = MAX_PER_CLIENT) -> None:
        self._total = total
        self._each = each
        self._count = 0
        self._held: dict[str, OrderedDict[Holder, bool]] = {}  # by client; True for one that asks nothing

    def take(self, holder: Holder, client: str) -> bool:
        """Whether a connection that came may stay; it asks nothing yet."""
        if len(self._held.get(client, ())) >= self._each and not self._make_room([client]):
            return False
        if self._count >= self._total and not self._make_room(
            sorted(self._held, key=self._size, reverse=True)
        ):
            return False
        self._held.setdefault(client, OrderedDict())[holder] = True
        self._count += 1
        return True

    def asks(self, holder: Holder, client: str) -> None:
        """A whole request came: it is answered before the connection may have to go."""
        if holder in self._held.get(client, ()):
            self._held[client][holder] = False

    def waits(self, holder: Holder, client: str) -> None:
        """It was answered: from now on the connection is idle."""
        held = self._held.get(client)
        if held is not None and holder in held:
            held[holder] = True
            held.move_to_end(holder)

    def leave(self, holder: Holder, client: str) -> None:
        """The connection is gone."""
        held = self._held.get(client)
        if held is None or holder not in held:
            return
        del held[holder]
        self._count -= 1
        if not held:
            del self._held[client]

    def _size(self, client: str) -> int:
        return len(self._held[client])

    def _make_room(self, clients: list[str]) -> bool:
        for client in clients:
            for holder, asks_nothing in self._held[client].items():
                if asks_nothing:
                    self.leave(holder, client)
                    holder.give_way()
                    return True
        return False
