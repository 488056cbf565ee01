"""Real questions from several addresses, under leases that change meanwhile: each person is counted once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sm_dns.monitor.pseudonym import load_or_make
from sm_dns.monitor.store.error import StoreError
from tests.conftest import require
from tests.support.server import QUICK, House
from tests.support.stores import reading

WAIT_SECONDS = 90.0
PC, PHONE, OFFICER2, OFFICER3, VISITOR = (f"3c:22:fb:00:00:0{number}" for number in range(1, 6))
STAFF = f"""\
device,address,staff,department
{PC},,officer1,Finance
{PHONE},,officer1,Finance
,::1,officer1,Finance
{OFFICER2},,officer2,Audit
{OFFICER3},,officer3,Audit
"""
LISTED = "www.netflix.com"  # denied at all times: no upstream is asked


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[House]:
    """A house whose clients have leases, and the map of its staff."""
    require("dig")
    house = House(tmp_path, ["192.0.2.1"], QUICK)
    (tmp_path / "staff.csv").write_text(STAFF)
    house.write("monitoring: {leases: [leases], staff_map: staff.csv, neighbours: false}")
    lease(house, {"127.0.0.11": PC, "127.0.0.12": PHONE, "127.0.0.13": OFFICER2})
    try:
        yield house
    finally:
        house.close()


def lease(house: House, holders: dict[str, str]) -> None:
    """Write the lease file anew, as dnsmasq does."""
    draft = house.directory / "leases.new"
    draft.write_text("".join(f"0 {device} {address} * *\n" for address, device in holders.items()))
    draft.replace(house.directory / "leases")


def ask(house: House, *clients: str) -> None:
    for client in clients:
        server = "::1" if ":" in client else "127.0.0.1"
        assert house.dig(LISTED, "A", "-b", client, address=server).status == "NOERROR"


def members(house: House) -> set[tuple[bytes, int]]:
    """Everybody in the store: pseudonym, and 1 for mapped staff."""
    try:
        with reading(house.state / "monitor" / "usage.db") as database:
            return {(bytes(row[0]), row[1]) for row in database.query("SELECT pseudonym, mapped FROM member")}
    except StoreError:
        return set()


def until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.ipv6
def test_each_person_is_counted_once_while_leases_change(watched: House) -> None:
    watched.start()
    ask(watched, "127.0.0.11", "127.0.0.11", "127.0.0.12", "127.0.0.13", "::1")
    until(lambda: len(members(watched)) == 2)
    # Officer2 goes, Officer3's computer gets his address; a visitor comes.
    lease(watched, {"127.0.0.11": PHONE, "127.0.0.12": PC, "127.0.0.13": OFFICER3, "127.0.0.14": VISITOR})
    until(lambda: watched.status()["monitoring"]["devices"] == 5)
    ask(watched, "127.0.0.11", "127.0.0.13", "127.0.0.14", "127.0.0.15", "127.0.0.1")
    assert watched.stop() == 0
    of = load_or_make(watched.state / "keys" / "pseudonym.key").of
    staff = {(of("person", name), 1) for name in ("officer1", "officer2", "officer3")}
    others = {(of("device", VISITOR), 0), (of("address", "127.0.0.15"), 0), (of("address", "127.0.0.1"), 0)}
    assert members(watched) == staff | others


@pytest.mark.ipv6
def test_a_store_that_cannot_be_written_costs_no_answer_and_is_told(watched: House) -> None:
    """T19, OPS-2."""
    folder = watched.state / "monitor"
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("no folder")
    watched.start()
    ask(watched, "127.0.0.11")
    until(lambda: any("store cannot be written" in one["text"] for one in watched.status()["findings"]))
    ask(watched, "127.0.0.11", "127.0.0.12")
    assert watched.stop() == 0


@pytest.mark.ipv6
def test_the_schedules_of_a_period_are_on_record_with_their_times(watched: House) -> None:
    """RPT-3: what was in force is told from the record, not from the configuration of the day of the report."""
    watched.start()
    more = "monitoring: {neighbours: false}"
    until(lambda: _schedules(watched) == ["17:30"])
    watched.write(more, schedule='{after_start: "17:00"}')
    assert watched.reload()["ok"]
    until(lambda: _schedules(watched) == ["17:30", "17:00"])
    watched.write(more, schedule='{after_start: "16:00"}')
    assert watched.stop() == 0
    dates = ("--from", "2020-01-01", "--to", "2020-01-31")
    done = watched.run("report", "compliance", *dates, "--lang", "en")
    assert "No version of the schedules is on record for this period" in done.stdout
    now, day = datetime.now(UTC), timedelta(days=1)
    around = ("--from", str((now - day).date()), "--to", str((now + day).date()))
    found = json.loads(watched.run("report", "compliance", *around, "--format", "json").stdout)
    first, second = found["schedule_versions"]
    assert first["uses"][0]["to"] == second["uses"][0]["from"]
    assert second["uses"][0]["to"] is None


def _schedules(house: House) -> list[str]:
    """The hour at which work ends in each version on record."""
    try:
        with reading(house.state / "monitor" / "usage.db") as database:
            noted = database.query("SELECT version FROM used WHERE what = 'schedule' ORDER BY at")
            return [json.loads(row[0])["default"]["after_start"] for row in noted]
    except StoreError:
        return []
