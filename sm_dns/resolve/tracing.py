"""The questions of one client, traced for a while: what decided each, which upstream answered, how long it took.

Only somebody who was asked to find out why a page does not load turns it on. Nothing is kept but until it is taken.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final, NamedTuple

from sm_dns.dns.scan import Question
from sm_dns.policy.clients.asker import address_of
from sm_dns.policy.decide import Decision
from sm_dns.util import ip_networks

MAX_TRACED: Final = 2_000  # questions that are kept until they are taken; then the oldest go


class Traced(NamedTuple):
    """A question, asked from an address `at` an instant (POSIX seconds), and what became of it.

    The stage of the pipeline that answered; what policy said, why, and by what; whose answer it is, "" where no
    upstream answered.
    """

    at: float
    address: str
    qname: bytes
    qtype: int
    stage: str
    action: str
    reason_code: str
    decided_by: str
    upstream: str
    milliseconds: float
    rcode: int


class Tracer:
    """Traces the client at some canonical addresses until before an instant (POSIX seconds)."""

    def __init__(self, addresses: Iterable[str], until: float) -> None:
        self.until = until
        self._addresses = frozenset(addresses)
        self._lost = 0
        self._rows: deque[Traced] = deque()

    def traces(self, asker: str) -> bool:
        """Whether one who asks (`policy.clients.asker`) is the one."""
        return ip_networks.canonical(address_of(asker)) in self._addresses

    def note(
        self,
        question: Question,
        asker: str,
        ruling: Decision | None,
        stage: str,
        rcode: int,
        began: float,
        now: float,
        upstream: str = "",
    ) -> None:
        """What became at `now` of a question that was asked at `began`."""
        if len(self._rows) >= MAX_TRACED:
            self._rows.popleft()
            self._lost += 1
        said = ("", "", "") if ruling is None else (ruling.action, ruling.reason_code, _decided_by(ruling))
        asked = (began, address_of(asker), question.qname, question.qtype)
        self._rows.append(Traced(*asked, stage, *said, upstream, 1000 * (now - began), rcode))

    def take(self, most: int) -> tuple[list[Traced], int]:
        """The oldest questions, at most so many, and how many were lost since the last taking."""
        taken = [self._rows.popleft() for _ in range(min(most, len(self._rows)))]
        lost, self._lost = self._lost, 0
        return taken, lost


def _decided_by(ruling: Decision) -> str:
    """The switch, the exemption or the list."""
    if ruling.switch is not None:
        return f"switch {ruling.switch}"
    if ruling.exemption is not None:
        return f"exemption {ruling.exemption}"
    return "" if ruling.match is None else ruling.match.tag.list
