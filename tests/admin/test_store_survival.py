"""What a command does in the store and its record are both there or both not (T19), as in `test_survival.py`.

The store is a database: what is not done yet when a command dies is done by whoever opens the store next.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner

from sm_dns.admin.store_deeds import FOLDER
from sm_dns.cli.main import cli
from sm_dns.monitor.store import backup, read, retention, retirement
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from sm_dns.reporting.store import open_store
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from tests.support.faults import KILLED, KINDS, Fault, Kind, in_child, met
from tests.support.rows import KEY, START, row

CONFIG = """\
schedules: {default: {}}
groups: [{name: office, clients: ["10.0.0.0/8"]}]
"""
DONE, FAILED = 0, 1
SPAN = ("--from", "2010-02-01T00:00", "--to", "2010-02-02T00:00")
COMMANDS: dict[str, tuple[str, ...]] = {
    "store hold add": ("hold", "add", *SPAN, "--reason", "inquiry"),
    "store hold release": ("hold", "release", "1"),
    "store retire": ("retire", "local", "--reason", "sold"),
    "store purge": ("purge", "--authority", "ANM 1/2026"),
}
IS_DONE: dict[str, Callable[[Database], bool]] = {
    "store hold add": lambda database: len(retention.holds(database)) > 1,
    "store hold release": lambda database: retention.holds(database)[0].released is not None,
    "store retire": lambda database: bool(retirement.retirements(database, 2e9)),
    "store purge": lambda database: not read.presence_of_all(database, 0, START + HOUR).hours,
    "store restore": lambda database: len(read.presence_of_all(database, 0, START + HOUR).hours) == 0,
}
_WORTH = {("torn", "write"), ("barred", "rename")}


@dataclass
class House:
    """A state directory with a store and a hold."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return load_settings(self.folder / "sm-dns.yaml")

    @property
    def state(self) -> Path:
        return self.folder / "var"

    def run(self, *arguments: str) -> int:
        done = CliRunner().invoke(cli, ["store", *arguments, "--config", str(self.folder / "sm-dns.yaml")])
        return done.exit_code

    def records(self) -> list[str]:
        return [each.action for each in audit.read(self.state / audit.FILE)]

    def is_done(self, action: str) -> bool:
        with open_store(self.settings) as store:  # whoever opens the store next
            return store.run(IS_DONE[action])


@pytest.fixture(scope="module")
def memory() -> Iterator[Path]:
    shared = Path("/dev/shm")
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def house(memory: Path) -> House:
    made = House(memory / "house")
    place = made.state / "monitor" / "usage.db"
    place.parent.mkdir(parents=True)
    (made.folder / "sm-dns.yaml").write_text(CONFIG)
    store = Store(place)
    store.note_running(START)
    store.close()
    backup.back_up(place, made.folder / "copy.db")
    store.add([row("ali")], KEY)
    store.close()
    span = ("--from", "2010-03-01T00:00", "--to", "2010-03-02T00:00")
    assert made.run("hold", "add", *span, "--reason", "first") == DONE
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", [*COMMANDS, "store restore"])
def test_what_is_done_in_the_store_and_its_record_are_both_there_or_both_not(
    house: House, memory: Path, action: str, kind: Kind
) -> None:
    told = memory / "points"

    def fresh() -> House:
        shutil.rmtree(memory / "tried", ignore_errors=True)
        return House(Path(shutil.copytree(house.folder, memory / "tried")))

    def run(tried: House, fault: Fault) -> int:
        command = COMMANDS.get(action, ("restore", str(tried.folder / "copy.db"), "--reason", "trial"))

        def work() -> int:
            with met(fault, apart=tried.state / "monitor") as unseen:
                code = tried.run(*command)
            told.write_text("\n".join(fault.points) if not unseen else str(unseen))
            return 98 if unseen else code

        return in_child(work)

    whole = fresh()
    assert not whole.is_done(action)
    assert run(whole, Fault()) == DONE, told.read_text()  # what was opened and not counted
    points = told.read_text().splitlines()
    assert whole.is_done(action) and whole.records().count(action) == 1 + house.records().count(action)
    for at, point in enumerate(points, start=1):
        if (kind, point) not in _WORTH and kind in ("torn", "barred"):
            continue
        tried = fresh()
        code = run(tried, Fault(kind, at))
        where = f"{kind} at {at} of {len(points)}: {point}"
        assert code in (DONE, FAILED, KILLED), (where, code)
        is_done = tried.is_done(action)
        assert audit.verify(tried.state / audit.FILE).ok, where
        is_recorded = tried.records().count(action) > house.records().count(action)
        assert is_recorded is is_done, (where, is_recorded)
        if code == DONE:
            assert is_done, where
        assert list(tried.state.glob(f"{FOLDER}/*.json")) == [], where
        assert tried.run("verify") == DONE, where
