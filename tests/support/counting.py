"""From the files of an office to the figure in its report: sources, rows, a store and the numbers of it, all real."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from sm_dns.collect.batches import rows_of
from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.generation.lease_source import LeaseSource
from sm_dns.generation.monitoring import LogonSource
from sm_dns.monitor.counts import Batch, Count, Label
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.model import UsageReport
from sm_dns.monitor.pseudonym import load_or_make
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.coverage import SOURCES
from sm_dns.monitor.store.store import Store
from tests.support.contracts import MONITORING_PLAN
from tests.support.stores import reading

ZONE = "Asia/Kuala_Lumpur"
BASIS = Basis(
    headcount=Headcount.always(10),
    is_working=lambda day: True,
    hour_kind=lambda day, hour: "working",
    small_cell=1,  # nothing is kept back
)
NOON = 1_786_334_400.0  # Monday 2026-08-10T12:00:00+08:00
HOUR = 3600
_ASKED = Label("facebook", "social", "denied", True, "")


def stamp(at: float) -> str:
    """An instant as ISC dhcpd writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%w %Y/%m/%d %H:%M:%S")


class Office:
    """An office whose staff map and leases are files of a folder."""

    def __init__(
        self, directory: Path, *sources: LeaseSource, staff: str, logons: tuple[LogonSource, ...] = ()
    ) -> None:
        (directory / "staff.csv").write_text(staff)
        plan = replace(MONITORING_PLAN, leases=sources, logons=logons, staff_map=str(directory / "staff.csv"))
        self.sources = IdentitySources(plan)
        self._place = directory / "usage.db"
        self._pseudonyms = load_or_make(directory / "key")

    def ask(self, now: float, *clients: str) -> None:
        """A question of each client, taken at `now` and written."""
        counts = tuple(Count(int(now) // HOUR * HOUR, client, _ASKED, 1) for client in clients)
        resolver = self.sources.look(now)
        store = Store(self._place)
        store.add(rows_of(Batch(now - 1.0, now, counts, 0), resolver, self._pseudonyms), "key")
        store.note_running(now)
        store.note_version(now, SOURCES, self.sources.troubles())
        store.close()

    def usage(self) -> UsageReport:
        """The report of that day and the next."""
        selection = Selection((), date(2026, 8, 10), date(2026, 8, 11), 0, 24, zone=ZONE)
        with reading(self._place) as database:
            return figures.usage(database, selection, BASIS)

    def figure(self) -> tuple[int, int]:
        """How many staff the report counts, and how many devices and addresses that nobody knows."""
        report = self.usage()
        assert report.total.count is not None and report.unmapped is not None
        return report.total.count, report.unmapped
