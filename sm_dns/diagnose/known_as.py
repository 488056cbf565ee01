"""Asking the running server what a client is known as, of what a policy asks for: today's, or one of the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice

from sm_dns.ipc.requests import Identities, TellIdentities
from sm_dns.policy.clients.who import Who
from sm_dns.policy.explain import WhoAsks

MAX_NAMED = 200  # of those whom a policy asks for, in one request

Ask = Callable[[TellIdentities], Identities | None]
"""Sends a request to the control socket; None where no server tells."""

KnownAs = Callable[[Iterable[Who]], tuple[Who, ...]]
"""Tells which of these the client is known as now."""


def who_asks(ask: Ask, address: str) -> WhoAsks:
    """A client as today's policy knows it."""
    return WhoAsks(address, _told(ask(TellIdentities(address, ()))))


def known_as(ask: Ask, address: str) -> KnownAs:
    """What tells it of the client at an address."""

    def found(named: Iterable[Who]) -> tuple[Who, ...]:
        rest, told = iter(sorted(named)), dict[Who, None]()
        while some := tuple(islice(rest, MAX_NAMED)):
            told.update(dict.fromkeys(_told(ask(TellIdentities(address, some)))))
        return tuple(told)

    return found


def _told(answer: Identities | None) -> tuple[Who, ...]:
    return () if answer is None else answer.identities
