"""One zone as it is handed out: its serial, its records, and the changes that led to it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Final

from sm_dns.feeds.primary.journal import Kept, Step, Steps
from sm_dns.feeds.primary.static_messages import StaticMessages
from sm_dns.feeds.wire.messages import IXFR, ZoneName, ns_record, soa_record, transfer_messages
from sm_dns.feeds.zones.record_file import Delta
from sm_dns.feeds.zones.records import Record, text_record
from sm_dns.feeds.zones.serials import next_serial

MAX_RENDERED: Final = 8  # answers to IXFR that are kept ready, by the serial that they begin with


class PublishedZone:
    """`rules` are the few records that change; the long part, `static`, is files of the build.

    `check` is the owner of a record that tells the serial to whoever asks a server that has the zone.
    """

    def __init__(self, name: ZoneName, check: bytes, *, has_long_part: bool) -> None:
        self.name = name
        self.has_long_part = has_long_part
        self.serial = 0
        self.changed = 0.0  # true POSIX seconds of the instant that the last change is of
        self._check = check
        self._rules: tuple[Record, ...] = ()
        self._static: StaticMessages | None = None
        self._digest = ""
        self._steps = Steps()
        self._rendered: OrderedDict[int, tuple[bytes, ...]] = OrderedDict()

    def recall(self, kept: Kept) -> None:
        """Begin with what was kept of the process before; nothing is handed out by it alone."""
        self.serial, self._digest, self._rules, self._steps = kept

    def kept(self) -> Kept:
        """What a later process is to begin with."""
        return Kept(self.serial, self._digest, self._rules, Steps(self._steps.all()))

    def distrust(self) -> None:
        """The long part that was kept is gone: what comes is another, whatever it holds."""
        self._digest = ""

    @property
    def is_whole(self) -> bool:
        """Whether it may be handed out: what has a long part is nothing without it."""
        return bool(self.serial) and (self._static is not None or not self.has_long_part)

    @property
    def digest(self) -> str:
        """What tells the long part from others."""
        return self._digest

    @property
    def rules(self) -> tuple[Record, ...]:
        """The few records that change."""
        return self._rules

    def change(self, rules: tuple[Record, ...], instant: float, offset: float = 0.0) -> bool:
        """Have these rules from an instant (POSIX seconds) on; whether that changed anything.

        `offset`: by how much the clock of the instant is ahead of the true one, in a rehearsal.
        """
        if self.serial and rules == self._rules:
            return False
        before, after = set(self._rules), set(rules)
        removed = tuple(one for one in self._rules if one not in after)
        self._step(Delta(removed, tuple(one for one in rules if one not in before)), instant)
        self.changed = instant - offset
        self._rules = rules
        return True

    def replace(
        self, static: StaticMessages, digest: str, delta: Delta | None, instant: float, offset: float = 0.0
    ) -> bool:
        """Have another long part. `delta`: what that changes, None where it is too much or not known."""
        self._static = static
        if self.serial and digest == self._digest:
            return False
        self._digest = digest
        self._step(delta, instant)
        self.changed = instant - offset
        return True

    def _step(self, delta: Delta | None, instant: float) -> None:
        before = self.serial
        self.serial = next_serial(before or None, instant)
        self._rendered.clear()
        if not before or delta is None:
            self._steps.forget()
            return
        told = Delta((*delta.removed, self._told(before)), (*delta.added, self._told(self.serial)))
        self._steps.add(Step(before, self.serial, told))

    def _told(self, serial: int) -> Record:
        return text_record(self._check, str(serial))

    def soa(self) -> Record:
        """The SOA record now."""
        return soa_record(self.name, self.serial)

    def records(self) -> tuple[Record, ...]:
        """Every record but the long part's and the SOA."""
        return (ns_record(), self._told(self.serial), *self._rules)

    def whole(self) -> Iterator[bytes]:
        """The whole zone as messages (AXFR, RFC 5936), as it is when the first is taken."""
        soa, few, static = self.soa(), self.records(), self._static
        yield from transfer_messages(self.name, (soa, *few))
        if static is not None:
            yield from static
        yield from transfer_messages(self.name, (soa,))

    def since(self, serial: int) -> tuple[bytes, ...] | None:
        """What changed since a serial, as messages (IXFR, RFC 1995); None where the whole zone must do."""
        if serial not in self._rendered:
            steps = self._steps.since(serial)
            if steps is None:
                return None
            self._rendered[serial] = tuple(transfer_messages(self.name, self._told_since(steps), IXFR))
            if len(self._rendered) > MAX_RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[serial]

    def _told_since(self, steps: Iterable[Step]) -> Iterator[Record]:
        yield self.soa()
        for one in steps:
            yield soa_record(self.name, one.before)
            yield from one.delta.removed
            yield soa_record(self.name, one.after)
            yield from one.delta.added
        yield self.soa()
