"""Who is asking: for each client address what the listener needs in one look-up, and a budget of queries.

The budget is a token bucket for each IPv4 address or IPv6 /56 (one household's or one host's prefix, so that an
attacker gains nothing by changing addresses in it). Loopback has no bound but one that the site says for it. Over the
budget a query gets a truncated answer, no longer than itself (T9), with which a real client comes again over TCP:
silence would cost whoever shares the address with a flood its seconds. A client has another such budget for its
connections: whoever spends the one by forging its address does not touch the other.
"""

from __future__ import annotations

from math import inf

from sm_dns.policy.clients import asker
from sm_dns.serve.clients.cache_entry import Tables
from sm_dns.serve.clients.limits import USUAL, ClientLimits, Limits, parse

MAX_CLIENTS = 65_536


class TokenBucket:
    """Queries a client may still ask, refilled with time by its limits."""

    __slots__ = ("limits", "since", "tokens")

    def __init__(self, limits: Limits, tokens: float, now: float) -> None:
        self.limits = limits
        self.tokens = tokens
        self.since = now


def unbounded() -> TokenBucket:
    """The budget of who has no bound."""
    return TokenBucket(USUAL, inf, 0.0)


class Client:
    """One who asks (`policy.clients.asker`): the packet cache's tables for its class, and its budget.

    `table` is the newer one, `everyones` that of what all are answered alike. `is_forwarder`: it asks for others, and
    what it sends must be opened first.
    """

    __slots__ = ("address", "budget", "everyones", "is_forwarder", "table", "tables")

    def __init__(
        self, address: str, tables: Tables, budget: TokenBucket, *, is_forwarder: bool = False
    ) -> None:
        self.address = address
        self.is_forwarder = is_forwarder
        self.tables = tables
        self.table = tables[0]
        self.everyones = tables[2]
        self.budget = budget


class RateLimiter:
    """The budgets of all clients. `now` is a monotonic clock's seconds."""

    def __init__(self, limits: ClientLimits) -> None:
        self.limited = 0
        self._limits = limits
        self._budgets: dict[str, TokenBucket] = {}

    def adopt(self, limits: ClientLimits) -> None:
        """Go by other limits from now on, with full budgets."""
        self._limits = limits
        self._budgets = {}

    def budget(self, who: str, now: float) -> TokenBucket:
        """The budget of who asks (`policy.clients.asker`): of a device that was told its own, else its prefix's."""
        told = asker.read(who)
        address = told.address
        key = told.device or _prefix(address)
        known = self._budgets.get(key)
        if known is None:
            if len(self._budgets) >= MAX_CLIENTS:
                self._budgets.clear()
            limits = self._limits.of(address)
            is_free = not told.device and _is_loopback(address) and not limits.bounds_loopback
            known = self._budgets[key] = TokenBucket(limits, inf if is_free else limits.burst, now)
        return known

    def allows(self, budget: TokenBucket, now: float) -> bool:
        """Count one query: whether it is within the budget."""
        budget.tokens -= 1
        return budget.tokens >= 0 or self.refill(budget, now)

    def refill(self, budget: TokenBucket, now: float) -> bool:
        """For a spent budget: whether the time since the last refill has brought at least one query more."""
        limits = budget.limits
        earned = (now - budget.since) * limits.per_second
        if earned < 1:
            self.limited += 1
            return False
        budget.tokens = min(earned, limits.burst) - 1
        budget.since = now
        return True


def _prefix(address: str) -> str:
    """What shares a budget: the IPv4 address, the IPv6 /56."""
    parsed = parse(address)
    return str(parsed) if parsed.version == 4 else parsed.packed[:7].hex()


def _is_loopback(address: str) -> bool:
    return parse(address).is_loopback
