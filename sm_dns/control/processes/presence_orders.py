"""What a worker is still to be told of who is where."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.ipc.orders import KnowPresence
from sm_dns.policy.clients.presence import Rows

PRESENT_A_LINE = 200  # clients of whom a worker takes in at once what they are known as


def presence_orders(told: Rows, wanted: Rows) -> Iterator[KnowPresence]:
    """The orders after which whoever was told the one goes by the other."""
    changed = [(key, *one) for key, one in wanted.items() if told.get(key) != one]
    gone = sorted(told.keys() - wanted.keys())
    for at in range(0, max(len(changed), len(gone)), PRESENT_A_LINE):
        end = at + PRESENT_A_LINE
        yield KnowPresence(tuple(changed[at:end]), tuple(gone[at:end]))
