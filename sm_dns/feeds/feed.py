"""The three zones as a whole: they follow the policy, the switches and the hours, and remember over a restart."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from sm_dns.dns import names
from sm_dns.feeds.building import (
    LONG_ZONES,
    Built,
    discard_others,
    messages_file,
    read_delta,
    records_file,
)
from sm_dns.feeds.primary import journal
from sm_dns.feeds.primary.journal import Kept
from sm_dns.feeds.primary.published_zone import PublishedZone
from sm_dns.feeds.primary.static_messages import StaticMessages
from sm_dns.feeds.wire.messages import ZoneName
from sm_dns.feeds.zones.gate import GateState, gate_state
from sm_dns.feeds.zones.places import Place, places
from sm_dns.feeds.zones.record_file import read_records
from sm_dns.feeds.zones.records import QUICK_TTL, Record, denying, line, passing, sinkhole_octets
from sm_dns.policy import snapshot
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util.errors import BadInput
from sm_dns.util.message import reason_of

ZONES: Final = ("always", "gate", "social")
"""In the order in which a server must have them."""
HOURS: Final = "hours"
"""Below `check`: a name that keeps hours as listed names do, by which a server is seen to be open or closed."""

log = logging.getLogger(__name__)


def zone_name(short: str, suffix: str) -> ZoneName:
    """A zone of a feed under a suffix."""
    return ZoneName(short, names.from_text(f"{short}.{suffix}"))


def check_name(label: str, suffix: str) -> str:
    """A name that is asked of whoever has the zones, to see what they do by them."""
    return f"{label}.check.{suffix}"


def check_owner(label: str, suffix: str) -> bytes:
    """The owner of the rule for such a name."""
    return names.from_text(check_name(label, suffix))[:-1]


class Feed:
    """`zones` by their names. `folder`: where the journals and builds lie; `offset`: of a rehearsal, seconds."""

    def __init__(self, suffix: str, folder: Path, offset: float) -> None:
        self.suffix = suffix
        self.folder = folder
        self.zones = {short: self._zone(short) for short in ZONES}
        self.state: GateState | None = None
        self._offset = offset
        self._policy: Snapshot | None = None
        self._switches: tuple[Switch, ...] = ()
        self._switched: Snapshot | None = None
        self._places: list[Place] = []
        self._seen = 0.0
        self._before: GateState | None = None

    def _zone(self, short: str) -> PublishedZone:
        name = zone_name(short, self.suffix)
        owner = check_owner(short, self.suffix)
        zone = PublishedZone(name, owner, has_long_part=short in LONG_ZONES)
        try:
            kept = journal.recall(self.folder / f"{short}.json")
        except (BadInput, OSError) as error:
            log.warning("zone %s begins anew: %s", short, reason_of(error))
            return zone
        if kept is not None:
            zone.recall(kept)
        return zone

    def recall_builds(self) -> None:
        """Hand out at once what was built before, until this start has built it again."""
        for short in LONG_ZONES:
            zone = self.zones[short]
            if zone.digest:
                try:
                    zone.replace(
                        StaticMessages(messages_file(self.folder, short, zone.digest)), zone.digest, None, 0.0
                    )
                except OSError:
                    zone.distrust()

    def adopt(self, directory: Path) -> None:
        """Go by the policy of a generation. Raises `BadInput`."""
        self._policy = snapshot.load_without_names(directory)
        self._look_anew()

    def heed(self, switches: tuple[Switch, ...]) -> None:
        """Go by these switches."""
        if switches != self._switches:
            self._switches = switches
            self._look_anew()

    def _look_anew(self) -> None:
        if self._policy is not None:
            self._switched = self._policy.switched(self._switches)
            self._places = places(self._switched.clients)
            self.state = None

    def turn(self, now: float) -> list[PublishedZone]:
        """Say what holds at `now` (POSIX seconds, the rehearsal's where there is one); the zones that changed, which
        are to be kept."""
        if self._switched is None or not self._is_due(now):
            return []
        self._before = self.state
        edge = None if self.state is None else self.state.until
        is_edge = edge is not None and edge <= now < edge + 60
        self.state = gate_state(self._switched, self._places, now)
        instant = float(edge) if is_edge and edge is not None else now
        rules = {
            "always": self.state.client_records(),
            "gate": (*self.state.gate_records(), *self._hours_passed(self.state)),
            "social": self._hours_rule(self._switched),
        }
        return [self.zones[short] for short in ZONES if self._change(short, rules[short], instant)]

    @property
    def before(self) -> GateState | None:
        """What held before the last edge; None where it was no edge that changed what holds."""
        return self._before

    def _change(self, short: str, rules: tuple[Record, ...], instant: float) -> bool:
        return self.zones[short].change(rules, instant, self._offset)

    def _is_due(self, now: float) -> bool:
        before, self._seen = self._seen, now
        if self.state is None or now < before:  # the clock was set back: an edge may be to come again
            return True
        return self.state.until is not None and now >= self.state.until

    def _hours_rule(self, policy: Snapshot) -> tuple[Record, ...]:
        octets = sinkhole_octets(policy.sinkhole_ipv4, policy.sinkhole_ipv6)
        return denying(check_owner(HOURS, self.suffix), "sinkhole", octets, QUICK_TTL)

    def _hours_passed(self, state: GateState) -> tuple[Record, ...]:
        """The rule that lets the name of the hours by: that for every name ends where the name of the serial begins
        (RFC 4592 §3.3.1)."""
        return (passing(check_owner(HOURS, self.suffix)),) if state.is_open else ()

    def take_build(self, built: Built, now: float) -> list[PublishedZone]:
        """Have what was built as the long parts; the zones that changed by it. Raises `OSError`, `BadInput`."""
        changed = []
        for short, digest in built.digests.items():
            zone = self.zones[short]
            messages = StaticMessages(messages_file(self.folder, short, digest))
            delta = read_delta(self.folder, short, digest) if built.has_delta[short] else None
            if zone.replace(messages, digest, delta, now, self._offset):
                changed.append(zone)
        discard_others(self.folder, built.digests)
        return changed

    def lines(self, zone: str) -> Iterator[str] | None:
        """The lines of a zone's master file, by its name; None where there is no such zone, or it is not whole."""
        short = zone.removesuffix(f".{self.suffix}")
        found = self.zones.get(short)
        if found is None or not found.is_whole or zone == short:
            return None
        few = (found.soa(), *found.records())
        many = read_records(records_file(self.folder, short, found.digest)) if found.has_long_part else ()
        return (line(record, f"{zone}.") for record in chain(few, many))

    def digests(self) -> dict[str, str]:
        """What tells the long parts that are handed out."""
        return {short: self.zones[short].digest for short in LONG_ZONES}

    def to_keep(self, changed: Iterable[PublishedZone]) -> list[tuple[Path, Kept]]:
        """What of these zones is to outlive this process, and where, as it is now."""
        return [(self.folder / f"{zone.name.short}.json", zone.kept()) for zone in changed]
