"""BIND, Unbound and PowerDNS Recursor keep the hours by the feed, over both edges of a rehearsal."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import dns.exception
import dns.message
import dns.query
import pytest

from tests.e2e.feeds.conftest import LONGER, Fleet, wait
from tests.support.engines import Engine

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
MEDIA = "facebook.com"
REAL, SINKHOLE = ["198.51.100.1"], ["0.0.0.0"]
LEAD = 14 + LONGER  # seconds before the edge at which the rehearsal begins
# An edge is at a resolver so many milliseconds after its instant; PowerDNS before 5.1 hears no NOTIFY for it.
AT_ONCE_MS, ASKED_EACH_SECOND_MS = 250, 2_500


def is_closed(engine: Engine) -> bool:
    return engine.data(MEDIA) == SINKHOLE


def is_open(engine: Engine) -> bool:
    return engine.data(MEDIA) == REAL


def seen_at(engine: Engine, wanted: list[str], deadline: float) -> float:
    """When a resolver was first seen to answer so: it is asked again and again."""
    query = dns.message.make_query(MEDIA, "A")
    while time.time() < deadline:
        try:
            reply = dns.query.udp(query, engine.address, port=engine.port, timeout=1)
        except dns.exception.Timeout:
            continue
        if [str(item) for each in reply.answer for item in each] == wanted:
            return time.time()
        time.sleep(0.003)
    raise AssertionError(f"{engine.name} never answered {wanted}: {engine.said[-2000:]}")


@pytest.mark.parametrize(
    ("edge", "before", "after"),
    [("2026-08-10T13:00:00", is_closed, is_open), ("2026-08-10T14:00:00", is_open, is_closed)],
)
def test_an_edge_is_at_every_resolver(fleet: Fleet, edge: str, before: object, after: object) -> None:
    assert callable(before) and callable(after)
    fleet.write()
    fleet.configure()
    instant = datetime.fromisoformat(edge).replace(tzinfo=ZONE).timestamp()
    began = time.time()
    fleet.start("--at", datetime.fromtimestamp(instant - LEAD, ZONE).isoformat())
    fleet.start_engines()
    for name, engine in fleet.engines.items():
        wait(lambda engine=engine: before(engine), f"{name} is as before the edge")  # type: ignore[misc]
        wait(lambda engine=engine: engine.data("netflix.com") == SINKHOLE, f"{name} has both lists")  # type: ignore[misc]
        wait(lambda engine=engine: engine.data("portal.corp") == ["198.51.100.5"], f"{name} answers")  # type: ignore[misc]
    passed = instant - fleet.offset()
    assert time.time() < passed, f"the engines took {time.time() - began:.1f} s to start"
    wanted = REAL if after is is_open else SINKHOLE
    with ThreadPoolExecutor() as pool:
        asking = {
            name: pool.submit(seen_at, engine, wanted, passed + 20) for name, engine in fleet.engines.items()
        }
        lags = {name: round((each.result() - passed) * 1000) for name, each in asking.items()}
    late = fleet.changed("gate") - passed  # the instant of the change as the feeds know it
    assert abs(late) <= 1.0, "the time of the status is in whole seconds"
    lags = {name: round(lag - late * 1000) for name, lag in lags.items()}
    print(f"{edge}: {lags} ms")
    for name, engine in fleet.engines.items():
        assert engine.dig("netflix.com").data == SINKHOLE, name
        assert engine.dig("www.netflix.com", "HTTPS").data == [], name
        assert lags[name] < (ASKED_EACH_SECOND_MS if name == "powerdns" else AT_ONCE_MS), lags
    for checked in fleet.house.json("feeds", "check"):
        assert checked["faults"] == [], checked
        assert checked["should_be_open"] == (after is is_open)
    rows = fleet.house.json("feeds", "status", "--rehearsal")[0]["takers"]
    assert {(row["address"], row["zone"]) for row in rows if row["serial"]} == {
        (engine.address, zone) for engine in fleet.engines.values() for zone in ("always", "gate", "social")
    }
