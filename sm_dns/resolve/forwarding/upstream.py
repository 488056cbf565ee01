"""What is known of each upstream resolver: how quickly it answers and whether it answers at all."""

from __future__ import annotations

from typing import Final, NamedTuple

from sm_dns.util.message import Message

FIRST_GUESS: Final = 0.05  # seconds, until the first answer tells better
SHORTEST_RETRY_TIMEOUT: Final = 0.3  # seconds
LONGEST_RETRY_TIMEOUT: Final = 1.5  # seconds
# Seconds for which a failing upstream is passed over, doubled at each further failure.
FIRST_BACKOFF: Final = 1.0
LONGEST_BACKOFF: Final = 30.0
FAILURES_BEFORE_BACKOFF: Final = 2
MAX_IN_FLIGHT: Final = 2_048  # attempts that wait for one upstream
# For which it is remembered that an upstream does not take EDNS or has no TCP.
LACK_SECONDS: Final = 600.0
# Questions that it answers only without EDNS, before it is asked without.
EDNS_SILENCES: Final = 3
MAX_CASE_MISMATCHES: Final = 3  # after which an upstream is asked in lower case only
_SMOOTHING: Final = 0.2


class UpstreamAddress(NamedTuple):
    """Where an upstream is and how to speak to it.

    `scheme`: "udp" (and TCP where an answer does not fit), "tcp", "tls" (RFC 7858) or "https" (RFC 8484). `name`
    is what its certificate must be for, the address itself when empty; `path` is for "https"; `pin` is the base64
    SHA-256 of its public key (RFC 7858 §4.2), unchecked when empty. `validates`: the site says that it checks DNSSEC,
    so that its AD bit is believed; that of any other is not.
    """

    address: str
    port: int
    scheme: str = "udp"
    name: str = ""
    path: str = ""
    pin: str = ""
    validates: bool = False

    def __str__(self) -> str:
        where = f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"
        if self.scheme == "udp":
            return where
        return f"{self.scheme}://{f'{self.name}@' if self.name else ''}{where}{self.path}"


class Upstream:
    """One upstream resolver and its health. Times are seconds."""

    __slots__ = (
        "answers",
        "backoff_until",
        "case_mismatches",
        "edns_from",
        "edns_silences",
        "failures",
        "in_flight",
        "latency",
        "mixes_case",
        "server",
        "tcp_from",
        "trouble",
    )

    def __init__(self, server: UpstreamAddress) -> None:
        self.server = server
        self.latency = FIRST_GUESS
        self.answers = 0
        self.failures = 0
        self.backoff_until = 0.0
        self.trouble: Message | None = None
        """Why it could not be reached when it was last asked; None where that is not known."""
        self.in_flight = 0
        """Attempts that wait for it, bounded so that one dead server cannot take all there are (T10)."""
        self.case_mismatches = 0
        """How often it gave the question back in another case over TCP, which nobody forges."""
        self.mixes_case = server.scheme == "udp"
        """It is asked in mixed letter case: where answers can be forged, unless it loses the case."""

        self.edns_from = 0.0
        """When it will be asked with EDNS again; it does not take it, where that is to come."""
        self.edns_silences = 0
        """How often in a row it said nothing with EDNS and answered without."""
        self.tcp_from = 0.0
        """When TCP will be tried first again; it has none, where that is to come."""

    def refuses_edns(self, now: float) -> None:
        """It said that it does not understand EDNS, and answered without."""
        self.edns_from = now + LACK_SECONDS

    def drops_edns(self, now: float) -> None:
        """It said nothing to a question with EDNS, and answered without."""
        self.edns_silences += 1
        if self.edns_silences >= EDNS_SILENCES:
            self.edns_from = now + LACK_SECONDS

    def lacks_tcp(self, now: float) -> None:
        """It could not be asked over TCP."""
        self.tcp_from = now + LACK_SECONDS

    def shift(self, seconds: float) -> None:
        """The clock was stepped: move every instant with it."""
        self.backoff_until += seconds
        self.edns_from += seconds
        self.tcp_from += seconds

    def case_mismatch(self) -> None:
        """It gave a question back in another case."""
        self.case_mismatches += 1
        if self.case_mismatches >= MAX_CASE_MISMATCHES:
            self.mixes_case = False

    def answered(self, seconds: float) -> None:
        """It answered after so many seconds."""
        self.answers += 1
        if seconds > 0.0:
            self.latency += _SMOOTHING * (seconds - self.latency)
        if self.failures:
            self.failures = 0
            self.backoff_until = 0.0
            self.trouble = None

    def failed(self, now: float) -> None:
        """It did not answer in time or could not be reached."""
        self.failures += 1
        if self.failures >= FAILURES_BEFORE_BACKOFF:
            seconds = FIRST_BACKOFF * 2.0 ** min(self.failures - FAILURES_BEFORE_BACKOFF, 16)
            self.backoff_until = now + min(seconds, LONGEST_BACKOFF)

    def retry_timeout(self) -> float:
        """Seconds to wait before another attempt is made."""
        wait = 4 * self.latency
        if wait < SHORTEST_RETRY_TIMEOUT:
            return SHORTEST_RETRY_TIMEOUT
        return min(wait, LONGEST_RETRY_TIMEOUT)
