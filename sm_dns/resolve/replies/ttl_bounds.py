"""How long upstreams are believed, where the site has a word in it."""

from __future__ import annotations

from typing import NamedTuple

Ttls = list[tuple[int, int]]
"""(offset of the TTL, seconds) for each record."""


class TtlBounds(NamedTuple):
    """The fewest and the most seconds that a record lives, whatever its zone says.

    The floor is for records that are there: "there is none" is believed no longer than its zone says (RFC 2308 §5).
    Neither reaches past the next edge of a governed name: that is cut where a reply is made (TIME-7).
    """

    floor: int
    cap: int

    def bound(self, ttls: Ttls, negative: bool) -> Ttls:
        """The TTLs of an answer within these bounds."""
        floor = 0 if negative else self.floor
        return [(at, min(max(ttl, floor), self.cap)) for at, ttl in ttls]
