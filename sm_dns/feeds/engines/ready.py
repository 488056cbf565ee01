"""What a configuration for an engine is made of, and what it consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sm_dns.dns import names
from sm_dns.feeds.feed import ZONES
from sm_dns.feeds.wire.tsig import Key

GATE, FORWARD = "gate", "forward"


@dataclass(frozen=True, slots=True)
class Place:
    """An address and a port that an engine asks."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom a configuration is.

    primaries: where the zones are taken; resolvers: where sm-dns answers questions; ttl: seconds that a permitted
    answer may be kept; key: what the engine signs with; domains: what is forwarded, as text; secondaries: whom a
    distributor hands the zones on to; folder: where the files lie, "" for where the engine has its own.
    """

    primaries: tuple[Place, ...]
    resolvers: tuple[Place, ...]
    suffix: str
    ttl: int
    key: Key | None = None
    domains: tuple[str, ...] = ()
    secondaries: tuple[Place, ...] = ()
    folder: str = ""

    def zones(self) -> list[str]:
        """The zones, in the order in which they must be asked."""
        return [f"{short}.{self.suffix}" for short in ZONES]

    @property
    def key_name(self) -> str:
        """The name of the key, "" without one."""
        return "" if self.key is None else names.to_text(self.key.name)


@dataclass(frozen=True, slots=True)
class Ready:
    """Files by name, and what to do with them, a line each."""

    files: dict[str, str]
    steps: tuple[str, ...]


MARK: Final = "made by `sm-dns feeds config`; an edit is lost when it is made anew"
