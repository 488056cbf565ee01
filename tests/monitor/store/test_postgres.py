"""What is PostgreSQL's own; what holds for both databases is in the other files, which run on both."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from sm_dns.monitor.figures import figures
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.store import read
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from tests.support import postgres, ump
from tests.support.rows import KEY, START, row


def staff(store: Store) -> int:
    with store.reading() as database:
        found = read.presence_of_all(database, START, START + HOUR)
    return sum(hour.staff.bit_count() for hour in found.hours.values())


def test_two_resolvers_give_one_report(server: postgres.Server) -> None:
    place = server.new_database()
    north, south = Store(place, source="north"), Store(place, source="south")
    every = list(ump.rows())
    north.add(every[::2], KEY)
    south.add(every[1::2], KEY)
    south.add(every[:500], KEY)  # some clients ask both
    with north.reading() as database:
        basis = replace(ump.BASIS, headcount=Headcount.always(1500))
        report = figures.usage(database, ump.SELECTION, basis)
    assert (report.total.count, report.total.percent) == (1310, Decimal("87.33"))
    assert report.unmapped == ump.UNMAPPED
    north.close()
    south.close()


def test_a_server_that_is_away_says_so(server: postgres.Server) -> None:
    store = Store("postgresql://sm_dns:secret@127.0.0.1:1/usage")
    with pytest.raises(StoreError, match="connection") as caught:
        store.add([row()], KEY)
    assert "secret" not in str(caught.value)


def test_a_lost_connection_is_made_again(server: postgres.Server) -> None:
    place = server.new_database()
    store, other = Store(place), Store(place, source="other")
    store.add([row("ali")], KEY)
    other.add([row("officer4")], KEY)
    other.run(
        lambda database: database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
    )
    with pytest.raises(StoreError):
        store.add([row("hana")], KEY)
    store.add([row("hana")], KEY)
    assert staff(other) == 3
    store.close()
    other.close()
