"""A primary is killed, a resolver is set up wrongly, a distributor stands between."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import require
from tests.e2e.feeds.conftest import Fleet, wait
from tests.support.dig import dig
from tests.support.engines import Engine
from tests.support.processes import free_port
from tests.support.server import House
from tests.support.unbound import Unbound

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
CLOSING = datetime(2026, 8, 10, 14, 0, tzinfo=ZONE)
REAL, SINKHOLE = ["198.51.100.1"], ["0.0.0.0"]
LEAD = timedelta(seconds=16)


@pytest.fixture
def second(tmp_path: Path, upstream: Unbound) -> Iterator[House]:
    """Another server with the same policy."""
    folder = tmp_path / "second"
    folder.mkdir()
    house = House(folder, [upstream.address])
    try:
        yield house
    finally:
        house.close()


def test_the_second_primary_closes_what_the_first_left_open(fleet: Fleet, second: House) -> None:
    fleet.write()
    fleet.configure(f"127.0.0.1:{fleet.port}", f"127.0.0.1:{(port := free_port())}")
    text = fleet.house.config.read_text()
    for old, new in ((str(fleet.port), str(port)), (str(fleet.house.port), str(second.port))):
        text = text.replace(f":{old}", f":{new}")
    second.config.write_text(text)
    (second.directory / "smdns-key.key").write_bytes((fleet.house.directory / "smdns-key.key").read_bytes())
    (second.directory / "smdns-key.key").chmod(0o600)
    began = (CLOSING - LEAD).isoformat()
    second.start("--at", began)
    fleet.start("--at", began)
    fleet.start_engines()
    for name, engine in fleet.engines.items():
        wait(lambda engine=engine: engine.dig("facebook.com").data == REAL, f"{name} is open")  # type: ignore[misc]
    assert fleet.house.server is not None
    fleet.house.server.stop()
    for name, engine in fleet.engines.items():
        wait(lambda engine=engine: engine.dig("facebook.com").data == SINKHOLE, f"{name} is closed")  # type: ignore[misc]
    assert abs(datetime.fromisoformat(second.status()["at"]).timestamp() - CLOSING.timestamp()) < 15


def test_a_resolver_that_is_set_up_wrongly_is_told_so(fleet: Fleet) -> None:
    fleet.write()
    fleet.configure()
    bind = fleet.engines["bind"]
    options = fleet.folder("bind") / "smdns-options.conf"
    right = options.read_text()
    zones = [f'    zone "{short}.smdns";\n' for short in ("always", "gate", "social")]
    wrong = right.replace("".join(zones), "".join((zones[1], zones[0], zones[2])))
    options.write_text(wrong.replace("min-update-interval 0 ", "").replace("max-cache-ttl 300;", ""))
    assert options.read_text() not in (right, wrong)
    fleet.start()
    turn(fleet, "close")
    bind.start()
    wait(lambda: bind.dig("facebook.com").data == SINKHOLE, "it has the lists")
    wait(lambda: bind.dig("gate.check.smdns", "TXT").data != [], "it has the gate")
    # A change within a minute of the one before waits, and is told of.
    turn(fleet, "open")
    time.sleep(1.2)
    said = faults(fleet, bind)
    assert any(
        "closed while the hours are open" in each and "min-update-interval 0" in each for each in said
    ), said
    bind.stop()
    bind.start()
    wait(lambda: bind.dig("netflix.com").data != SINKHOLE, "the gate stands first")
    said = faults(fleet, bind)
    assert any("zone always is missing, or stands behind the zone gate" in each for each in said), said
    assert any("a permitted answer may be kept for" in each for each in said), said


def turn(fleet: Fleet, to: str) -> None:
    """Have the gate open or closed, whatever the hour."""
    done = fleet.house.run(to, "social", "--for", "10m", "--reason", "x")
    assert done.returncode == 0, done.stderr


def faults(fleet: Fleet, engine: Engine) -> list[str]:
    """What `feeds check` finds wrong with a resolver: it must find something."""
    done = fleet.house.run("feeds", "check", f"{engine.address}:{engine.port}", "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    return [fault["text"] for fault in json.loads(done.stdout)["faults"]]


def test_a_distributor_hands_the_zones_on(fleet: Fleet) -> None:
    require("knotd")
    knot = Engine("knot", "127.0.0.14", free_port(), fleet.folder("knot"), 0)
    fleet.engines["knot"] = knot
    fleet.write()
    more = ("--for", knot.address, "--into", str(fleet.folder("knot")))
    done = fleet.house.run("feeds", "config", "knot", *more)
    assert done.returncode == 0, done.stderr
    fleet.start("--at", (CLOSING - LEAD).isoformat())
    knot.start_without_asking()

    def has(rule: str) -> bool:
        command = ("dig", f"@{knot.address}", "-p", str(knot.port), "gate.smdns", "AXFR")
        return rule in subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout

    wait(lambda: has("rpz-passthru."), "the distributor has the open gate")
    wait(lambda: has("primary.smdns.") and not has("rpz-passthru."), "the distributor has the closed gate")
    serial = dig(knot.address, knot.port, "gate.smdns", "SOA").data[0].split()[2]
    assert int(serial) == int(CLOSING.timestamp())
