"""The process of the fleet played by small scripts: one that is well, that dies, that says nothing, that answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sm_dns.control.processes import fleet_process, heard_process
from sm_dns.control.processes.fleet_process import FleetProcess
from sm_dns.generation.fleet import FleetPlan
from sm_dns.util.errors import BadInput
from tests.support.processes import until

PLAN = FleetPlan("primary", "one", ("127.0.0.1", 1))
Act = Callable[[FleetProcess], Awaitable[None]]
BEGIN = """import sys
from sm_dns.ipc.fleet import *
from sm_dns.util.message import Message, NOTHING
def say(word):
    sys.stdout.buffer.write(FLEET_WORDS.line(word)); sys.stdout.flush()
"""
GOOD = f"""{BEGIN}
say(Stands(FleetStatus("primary", "one", "f", 1, 7, "one", None, (), (), ())))
for line in sys.stdin:
    order = FLEET_ORDERS.read(line)
    if isinstance(order, CarryOut):
        say(CarriedOut(order.number, NOTHING, 0, f"{{order.person}}: {{order.arguments[0]}}", ""))
    elif isinstance(order, VerifyAll):
        say(Verified(order.number, (VerifiedMember("one", 0, True, NOTHING),)))
    else:
        say(Stands(FleetStatus("primary", str(order.directory), "f", 1, 8, "one", None, (), (), ())))
"""


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Act], None]:
    """Run a process of some lines of Python in its place while something is done."""
    monkeypatch.setattr(fleet_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(heard_process, "SILENCE_SECONDS", 2.0)
    monkeypatch.setattr(heard_process, "READY_SECONDS", 2.0)
    monkeypatch.setattr(fleet_process, "MODULE", "played_fleet")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def run(script: str, act: Act) -> None:
        (tmp_path / "played_fleet.py").write_text(script)

        async def main() -> None:
            process = FleetProcess(tmp_path / "c.yaml", tmp_path, lambda: tmp_path / "00000001")
            process.use(None)
            assert process.status() is None and process.findings() == []
            process.use(PLAN)
            try:
                await act(process)
            finally:
                await process.stop()
            assert process.status() is None

        asyncio.run(main())

    return run


def test_it_is_told_what_is_in_force_and_tells_how_the_fleet_stands(
    play: Callable[[str, Act], None], tmp_path: Path
) -> None:
    async def act(process: FleetProcess) -> None:
        await until(lambda: (found := process.status()) is not None and found.generation == 8, "it stands")
        found = process.status()
        assert found is not None and found.name == str(tmp_path / "00000001")
        done = await process.carry_out("the IT officer", ("pause", "10m"))
        assert (done.code, done.out) == (0, "the IT officer: pause")
        assert [each.name for each in await process.verify()] == ["one"]

    play(GOOD, act)


def test_one_that_dies_is_a_finding_and_cannot_be_asked(play: Callable[[str, Act], None]) -> None:
    async def act(process: FleetProcess) -> None:
        await until(process.findings, "it died")
        (found,) = process.findings()
        assert "ended with code 3" in str(found.text)
        with pytest.raises(BadInput):
            await process.verify()

    play("import sys; sys.exit(3)", act)


def test_one_that_says_nothing_is_killed(play: Callable[[str, Act], None]) -> None:
    async def act(process: FleetProcess) -> None:
        await until(process.findings, "it is killed")
        assert "lives but says nothing" in str(process.findings()[0].text)

    play("import time; time.sleep(60)", act)
