"""The cache of upstream truth: what was answered, when, and for how long. It holds no policy.

Negative answers live by their SOA (RFC 2308). An NXDOMAIN that the upstream has validated (AD) answers for every type
of its name and for all names below it (RFC 8020); one that nobody has validated, for its own question alone: servers
that say NXDOMAIN where they have no data would hide names that exist. Failures are remembered for a few seconds
(RFC 9520), and an expired answer may be served stale when no upstream can be reached (RFC 8767). Bounded by bytes;
the least recently used entry goes first. Time is an argument.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, NamedTuple

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.names import is_at_or_below, suffixes
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.util.fast_tuple import fast_constructor

# Seconds after expiry for which an answer may still be served stale (RFC 8767 §5: 1 to 3 days).
STALE_MAX: Final = 86_400
FAILURE_LIFETIME: Final = 5  # seconds a failure is remembered (RFC 9520 §3.2: 1 s to 5 min)
MAX_FAILURES: Final = 4_096
# Answers let go of in one go: about a millisecond, and room for the largest new one.
TRIM: Final = 1_024
# Of an answer's lifetime: asked for in its last tenth, it is fetched anew before it ends.
PREFETCH_SHARE: Final = 0.1
PREFETCH_FROM: Final = 30  # seconds of lifetime; shorter ones would be fetched all the time
# Octets of one entry beside its records: key, tuples, slot, its share of the allocator.
_ENTRY_OVERHEAD: Final = 620

_NXDOMAIN: Final = int(Rcode.NXDOMAIN)

# In a key: an NXDOMAIN, true for every type but DS, which another server answers.
ANY_TYPE: Final = 0


class Key(NamedTuple):
    """What makes two questions the same question to an upstream."""

    qname: bytes
    qtype: int
    dnssec_ok: bool
    checking_disabled: bool


new_key: Final = fast_constructor(Key)


class Cached(NamedTuple):
    """An answer and its instants, in POSIX seconds."""

    relay: UpstreamAnswer
    stored: float
    expires: float

    @property
    def renewed_from(self) -> float:
        """The instant from which asking for it renews it."""
        lifetime = self.relay.lifetime
        return self.expires - (lifetime * PREFETCH_SHARE if lifetime >= PREFETCH_FROM else 0)


new_cached: Final = fast_constructor(Cached)


class Cache:
    """Answers by question, at most `max_bytes` of them."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._entries: OrderedDict[Key, Cached] = OrderedDict()
        self._failures: dict[Key, tuple[float, bytes]] = {}
        """Until when each is remembered, and what the upstream said of it."""
        self._missing: set[bytes] = set()
        """Names with an NXDOMAIN among the entries, so that a look above a name costs little when there is none."""

    def adopt(self, max_bytes: int) -> None:
        """Keep to another bound from now on; `trim` brings the cache within it."""
        self.max_bytes = max_bytes

    def __len__(self) -> int:
        return len(self._entries)

    def fresh(self, key: Key, now: float) -> Cached | None:
        """The answer that may be relayed at `now`, or None."""
        entry = self._entries.get(key)
        if entry is None or now >= entry.expires:
            if key.qname not in self._missing or key.qtype == Type.DS:
                return None
            key = _for_any_type(key)
            entry = self._entries.get(key)
            if entry is None or now >= entry.expires:
                return None
        self._entries.move_to_end(key)
        return entry

    def covered(self, key: Key, now: float) -> Cached | None:
        """The validated NXDOMAIN of an ancestor: below a name that does not exist nothing does (RFC 8020)."""
        if not self._missing:
            return None
        names = suffixes(key.qname)
        if key.qtype == Type.DS:
            next(names, None)
        for name in names:
            if name in self._missing:
                entry = self._entries.get(_for_any_type(key._replace(qname=name)))
                if entry is not None and now < entry.expires:
                    return entry
        return None

    def flush(self, name: bytes) -> int:
        """Forget a name and all below it; how many answers that were."""
        gone = [key for key in self._entries if is_at_or_below(key.qname, name)]
        for key in gone:
            self.bytes -= _cost(self._entries.pop(key).relay)
            if key.qtype == ANY_TYPE:
                self._missing.discard(key.qname)
        for key in [key for key in self._failures if is_at_or_below(key.qname, name)]:
            del self._failures[key]
        return len(gone)

    def stale(self, key: Key, now: float) -> Cached | None:
        """The last answer, even expired, for when no upstream answers (RFC 8767 §5)."""
        entry = self._entries.get(key)
        if key.qname in self._missing and key.qtype != Type.DS:
            missing = self._entries.get(_for_any_type(key))
            if entry is None or (missing is not None and missing.stored > entry.stored):
                entry = missing
        return entry if entry is not None and now < entry.expires + STALE_MAX else None

    def keep(self, key: Key, outcome: UpstreamAnswer | Failure, now: float) -> None:
        """Keep what a question led to."""
        if isinstance(outcome, UpstreamAnswer):
            self.put(key, outcome, now)
        else:
            self.put_failure(key, now, outcome.errors)

    def put(self, key: Key, relay: UpstreamAnswer, now: float) -> None:
        """Keep an answer for its lifetime; one without lifetime is not kept."""
        if self._failures:
            self._failures.pop(key, None)
        if relay.lifetime <= 0:
            return
        if relay.rcode == _NXDOMAIN and relay.authentic and len(relay.chain) == 1 and key.qtype != Type.DS:
            key = _for_any_type(key)
            self._missing.add(key.qname)
        replaced = self._entries.get(key)
        self._entries[key] = new_cached((relay, now, now + relay.lifetime))
        if replaced is not None:
            self.bytes -= _cost(replaced.relay)
            self._entries.move_to_end(key)
        self.bytes += _cost(relay)
        if self.bytes > self.max_bytes:
            self.trim()

    def trim(self) -> bool:
        """Let go of the least recently used answers over the bound, `TRIM` at most; whether more are to go."""
        for _ in range(TRIM):
            if self.bytes <= self.max_bytes:
                return False
            oldest, entry = self._entries.popitem(last=False)
            self.bytes -= _cost(entry.relay)
            if oldest.qtype == ANY_TYPE:
                self._missing.discard(oldest.qname)
        return self.bytes > self.max_bytes

    def put_failure(self, key: Key, now: float, errors: bytes = b"") -> None:
        """Remember that this question could not be answered just now (RFC 9520), and what the upstream said of it."""
        if len(self._failures) >= MAX_FAILURES:
            self._failures.clear()
        self._failures[key] = now + FAILURE_LIFETIME, errors

    def forget_failures(self) -> None:
        """There are other upstreams now, which may know what those before did not."""
        self._failures.clear()

    def has_failed(self, key: Key, now: float) -> bool:
        """Whether this question failed within the last seconds, so that no upstream need be asked again."""
        failure = self._failures.get(key)
        if failure is None:
            return False
        if now < failure[0]:
            return True
        del self._failures[key]
        return False

    def errors_of_failure(self, key: Key) -> bytes:
        """The upstream's extended errors about a question that `has_failed`, as options."""
        failure = self._failures.get(key)
        return b"" if failure is None else failure[1]

    def shift(self, seconds: float) -> None:
        """The clock was stepped: move every instant with it, so that no answer lives longer or shorter (TIME-11)."""
        self._failures.clear()
        for key, entry in self._entries.items():
            self._entries[key] = Cached(entry.relay, entry.stored + seconds, entry.expires + seconds)


def _for_any_type(key: Key) -> Key:
    return Key(key.qname, ANY_TYPE, key.dnssec_ok, key.checking_disabled)


def _cost(relay: UpstreamAnswer) -> int:
    return _ENTRY_OVERHEAD + len(relay.records) + len(relay.errors) + 64 * len(relay.ttls)
