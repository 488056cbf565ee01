"""A node that is cut off for seven days: at every edge, and every ten minutes between, it decides as its primary
does, by the one bundle that it took; edges, an accepted holiday, and what ends by itself are in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sm_dns.admin import exemption_changes
from sm_dns.builder.process import compile_generation
from sm_dns.dns import names
from sm_dns.fleet.bundles import contents
from sm_dns.fleet.bundles.bundle import NO_BASE
from sm_dns.fleet.bundles.standing import acceptable
from sm_dns.fleet.bundles.taking import put
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.generation.directory import open_generation
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.decide import decide
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.status import next_edges
from sm_dns.settings.load import load_settings
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, switches_store
from sm_dns.state.audit import Trail
from tests.fleet.fleets import manifest, signed, standing
from tests.support.changes import put as put_files
from tests.support.processes import REPOSITORY

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
BEGIN = datetime(2026, 8, 24, 8, tzinfo=ZONE)  # a Monday; the 25th and the 31st are public holidays
DAYS = 7
STEP = timedelta(minutes=10)
OFFICE, COURSE = "10.1.2.3", "10.9.0.7"
SOCIAL, STREAMING = names.from_text("www.facebook.com"), names.from_text("www.netflix.com")
OWN = names.from_text("kept.example")

POLICY = """\
schedules: {default: {}}
groups: [{name: office, clients: ["10.0.0.0/8"]}]
calendars: {putrajaya: {country: MY, subdivision: PJY, schedules: [default]}}
"""


def _settings(folder: Path, text: str) -> Settings:
    folder.mkdir()
    (folder / "sm-dns.yaml").write_text(text)
    return load_settings(folder / "sm-dns.yaml")


@pytest.fixture
def primary(tmp_path: Path) -> Settings:
    """What people did on day 0: an exemption until the third day, a pause until ten, a name of their own."""
    settings = _settings(tmp_path / "one", POLICY)
    calendar = (REPOSITORY / "config" / "calendar" / "putrajaya-2026.cal").read_bytes()
    settings.calendar_dir.mkdir()
    (settings.calendar_dir / "putrajaya-2026.cal").write_bytes(calendar)
    settings.zones_dir.mkdir()
    (settings.zones_dir / "streaming.txt").write_text("kept.example\n")
    trail = Trail(settings.state_dir / audit.FILE, "the IT officer")
    exemption_changes.grant(
        settings,
        BEGIN.timestamp(),
        group=None,
        network="10.9.0.0/24",
        category="social",
        service=None,
        length="3d",
        until=None,
        approver="head",
        reason="a course",
        trail=trail,
    )
    now = int(BEGIN.timestamp())
    switch = Switch("new", "pause", None, None, (), "the IT officer", "an exercise", now, now + 7_200)
    put_files(switches_store.with_one(settings.state_dir, switch)[0])
    return settings


@pytest.fixture
def node(tmp_path: Path, primary: Settings) -> Settings:
    """A node with other rules of its own, which took one bundle."""
    settings = _settings(
        tmp_path / "two",
        "fleet: {role: node}\nschedules: {default: {holiday_mode: closed}}\n"
        'groups: [{name: all, clients: ["10.0.0.0/8"], mode: monitor}]\n',
    )
    files = contents.gathered(primary)
    sealed = signed(manifest(files=files))
    kept = Kept("node", "two", standing(), None, NO_BASE)
    made = acceptable(sealed, kept.standing)
    put(settings.state_dir, contents.folders(settings), kept, sealed, made, files)
    return load_settings(settings.file)


def _snapshot(settings: Settings, now: datetime) -> Snapshot:
    found = open_generation(compile_generation(settings.file, now.timestamp())).snapshot
    return found.switched(switches_store.load(settings.state_dir))


def _instants(snapshot: Snapshot) -> Iterator[float]:
    """Every ten minutes, and the second before and the second of each edge."""
    now, end = BEGIN.timestamp() + 1, (BEGIN + timedelta(days=DAYS)).timestamp()
    while now < end:
        yield now
        edge = next_edges(snapshot, now)["default"]
        if edge - now <= STEP.total_seconds():
            yield from (edge - 1, edge)
        now += STEP.total_seconds()


def _decided(snapshot: Snapshot, now: float) -> list[str]:
    found = []
    for address in (OFFICE, COURSE):
        client = snapshot.clients.classify(address)
        assert client is not None
        found += [decide(snapshot, client, name, now).action for name in (SOCIAL, STREAMING, OWN)]
    return found


def test_seven_days_without_a_primary_give_no_wrong_answer(primary: Settings, node: Settings) -> None:
    alone = _snapshot(node, BEGIN)  # never compiled again
    fresh: dict[int, tuple[Snapshot, Snapshot]] = {}
    asked = 0
    for now in _instants(alone):
        day = int((now - BEGIN.timestamp()) // 86_400)
        if day not in fresh:  # as the service does after each midnight
            then = BEGIN + timedelta(days=day)
            fresh[day] = (_snapshot(primary, then), _snapshot(node, then))
        expected = _decided(fresh[day][0], now)
        assert _decided(alone, now) == expected and _decided(fresh[day][1], now) == expected
        asked += 1
    assert len(fresh) == DAYS and asked > DAYS * 144


@pytest.mark.parametrize(
    ("when", "office", "course"),
    [
        ("2026-08-24T09:59:59", "permit", "permit"),  # the pause
        ("2026-08-24T10:00:00", "deny", "permit"),  # has ended; the exemption has not
        ("2026-08-25T10:30:00", "permit", "permit"),  # an accepted holiday
        ("2026-08-26T13:00:00", "permit", "permit"),  # the break
        ("2026-08-26T14:00:00", "deny", "permit"),
        ("2026-08-27T07:59:59", "deny", "permit"),
        ("2026-08-27T08:00:00", "deny", "deny"),  # the exemption has ended
        ("2026-08-29T11:00:00", "permit", "permit"),  # a Saturday
        ("2026-08-31T07:59:00", "permit", "permit"),  # National Day, the seventh day
    ],
)
def test_what_a_person_expects_of_it(node: Settings, when: str, office: str, course: str) -> None:
    alone = _snapshot(node, BEGIN)
    now = datetime.fromisoformat(when).replace(tzinfo=ZONE).timestamp()
    found = _decided(alone, now)
    expected = {"permit": ("permit", "allow"), "deny": ("deny",)}
    assert found[0] in expected[office] and found[3] in expected[course]
    pause = when < "2026-08-24T10:00:00"
    assert pause or found[1:3] == ["deny", "deny"]
