"""The letter's case as reports, once for all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sm_dns.agency.profile import shipped
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.compliance import compliance as queries
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.model import ComplianceReport, DepartmentReport, UsageReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.rows import Gap
from sm_dns.monitor.store.store import Store
from sm_dns.report.context import Context
from sm_dns.report.document import Letterhead
from tests.support import ump
from tests.support.rows import KEY, row

BASES = dict.fromkeys(ump.DEPARTMENTS, Headcount.always(400)) | {"security": Headcount.always(20)}
BASIS = replace(ump.BASIS, headcount=Headcount.always(1500), headcounts=BASES)
HOSTILE = '=cmd|"/c calc"!A1<script>alert(1)</script></svg></style>\x1b[2J\u202e'


def make_context(language: str = "en", **letterhead: object) -> Context:
    head = {
        "agency": "Universiti Contoh",
        "department": "Pusat Teknologi Maklumat",
        "address": ("Jalan Contoh", "26300 Gambang, Pahang"),
        "reference": "UC/ICT/2010/1",
        "classification": "TERHAD",
        **letterhead,
    }
    return Context(
        language=language,
        prepared=1_263_000_000.0,
        system="sm-dns 0.1.0",
        words=shipped("jkdm").words,
        letterhead=Letterhead(**head),  # type: ignore[arg-type]
        service_names={"facebook": "Facebook"},
        uncertain_years=(2010,),
    )


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The letter's case, watched but for two hours; bypass and an exemption beside it."""
    made = Store(tmp_path_factory.mktemp("letter") / "usage.db", source="hq")
    made.add(ump.rows(), KEY)
    made.add([row(f"staff {n}", hour=ump.at(2, 10), service="doh", category="bypass", outcome="denied",
                  department=ump.department(n)) for n in range(9)], KEY)  # fmt: skip
    made.add([row("staff 7", hour=ump.at(1, 10), outcome="exempt", exemption="e1f2", queries=40,
                  department=ump.department(7))], KEY)  # fmt: skip
    made.note_running(ump.at(0, 0))
    for minute in range(0, 24 * 60 * ump.DAYS, 2):
        made.note_running(ump.at(0, 0) + 60 * minute)
    made.add_gap(Gap(ump.at(3, 10), ump.at(3, 12), "store failed", 17))
    made.note_version(ump.at(0, 0), "lists", "2010-01-02")
    yield made
    made.close()


@pytest.fixture(scope="session")
def usage(store: Store) -> UsageReport:
    with store.reading() as database:
        return figures.usage(database, ump.SELECTION, BASIS)


@pytest.fixture(scope="session")
def departments(store: Store) -> DepartmentReport:
    with store.reading() as database:
        return figures.departments(database, ump.SELECTION, BASIS)


@pytest.fixture(scope="session")
def compliance(store: Store) -> ComplianceReport:
    selection = Selection((), ump.FIRST, ump.LAST, 0, 24)
    with store.reading() as database:
        return queries(database, selection, BASIS)


@pytest.fixture
def hostile(usage: UsageReport) -> Callable[[], tuple[UsageReport, Context]]:
    """The same with hostile names wherever others choose them."""

    def make() -> tuple[UsageReport, Context]:
        context = replace(
            make_context(agency=HOSTILE, classification=HOSTILE, reference=HOSTILE, address=(HOSTILE,)),
            service_names={"facebook": HOSTILE},
        )
        return usage, context

    return make
