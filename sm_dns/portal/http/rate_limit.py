"""A budget of requests for each client, so that one alone cannot keep the portal busy."""

from __future__ import annotations

MAX_CLIENTS = 4_096  # addresses whose budgets are known at once
REQUESTS_A_SECOND = 10.0
BURST = 60.0


class Budgets:
    """Token buckets by address. When the table is full it is begun anew: nobody gains more than one burst."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, float]] = {}

    def allow(self, address: str, now: float) -> bool:
        """Whether an address may ask at `now` (monotonic seconds)."""
        tokens, since = self._known.get(address, (BURST, now))
        tokens = min(BURST, tokens + (now - since) * REQUESTS_A_SECOND)
        if address not in self._known and len(self._known) >= MAX_CLIENTS:
            self._known = {}
        allowed = tokens >= 1.0
        self._known[address] = (tokens - 1.0 if allowed else tokens, now)
        return allowed
