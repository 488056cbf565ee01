"""A policy that raises an error at some questions: whatever the error, it may cost those questions alone."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.lists.entry import Match
from sm_dns.policy.snapshot import Names, Snapshot

BROKEN = b"broken"


class BreakingNames:
    """A list that cannot be looked into for a name with the label "broken"."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def lookup(self, qname: bytes, /) -> tuple[Match, ...]:
        if BROKEN in qname:
            raise LookupError("a page of the list is gone")
        return self._names.lookup(qname)

    def __len__(self) -> int:
        return len(self._names)

    def close(self) -> None:
        """It is another's."""


def breaking(policy: Snapshot) -> Snapshot:
    """The same policy over such a list."""
    return replace(policy, names=BreakingNames(policy.names))
