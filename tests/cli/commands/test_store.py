from __future__ import annotations

import time
from pathlib import Path

import pytest

from sm_dns.monitor.store import read
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from sm_dns.util.typed_json import to_json
from tests.cli.conftest import Office
from tests.support.contracts import STATUS
from tests.support.rows import KEY, START, row

AUTHORITY = ("--authority", "ANM 1/2026")


@pytest.fixture
def place(office: Office) -> Path:
    """A store with one old hour and one of today."""
    path = office.state / "monitor" / "usage.db"
    path.parent.mkdir(parents=True)
    store = Store(path)
    store.add([row("ali"), row("officer4", hour=int(time.time()) // HOUR * HOUR)], KEY)
    store.note_running(START)
    store.close()
    return path


def staff(place: Path) -> int:
    store = Store(place, create=False)
    with store.reading() as database:
        found = read.presence_of_all(database, 0, int(time.time()) + HOUR)
    store.close()
    return sum(hour.staff.bit_count() for hour in found.hours.values())


def test_the_status_says_what_is_kept(office: Office, place: Path) -> None:
    [said] = office.json("store", "status")
    assert (said["from"], said["sources"], said["holds"]) == ("2010-01-03T00:00:00Z", ["local"], 0)


def test_without_a_store_every_command_says_so(office: Office) -> None:
    for command in (("status",), ("verify",), ("purge", *AUTHORITY), ("hold", "list")):
        assert "there is no store yet" in office.run("store", *command, exit_code=2).stderr


def test_a_damaged_store_is_found(office: Office, place: Path) -> None:
    assert office.json("store", "verify")[0]["ok"] is True
    place.write_bytes(b"not a store at all" * 1000)
    assert "damaged" in office.run("store", "verify", exit_code=1).stderr


def test_a_backup_comes_back_and_the_old_store_is_kept(office: Office, place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    office.run("store", "backup", str(copy))
    store = Store(place)
    store.add([row("hana")], KEY)
    store.close()
    [said] = office.json("store", "restore", str(copy), "--reason", "trial")
    assert staff(place) == 2
    assert staff(Path(said["old"])) == 3
    assert [each.action for each in office.audited()] == ["store backup", "store restore"]
    assert {each.name for each in place.parent.iterdir()} == {"usage.db", "usage.db.before-restore"}


def test_a_backup_into_a_folder_that_is_not_there_says_so(
    office: Office, place: Path, tmp_path: Path
) -> None:
    told = office.run("store", "backup", str(tmp_path / "none" / "copy.db"), exit_code=1).stderr
    assert told == f"error: {tmp_path / 'none'}: there is no such folder\n"


def test_a_bad_file_is_not_restored(office: Office, place: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.db"
    for content in (b"", b"no database" * 500):
        bad.write_bytes(content)
        office.run("store", "restore", str(bad), exit_code=2)
    assert staff(place) == 2
    assert office.audited() == []


def test_nothing_is_restored_under_a_running_service(office: Office, place: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    office.run("store", "backup", str(copy))
    with office.server({"ok": True, **to_json(STATUS)}):
        assert "running" in office.run("store", "restore", str(copy), exit_code=2).stderr
    open_elsewhere = Store(place)
    open_elsewhere.note_running(START + 1)
    office.run("store", "restore", str(copy), exit_code=1)
    open_elsewhere.close()


def test_a_purge_needs_an_authority_and_is_audited(office: Office, place: Path) -> None:
    assert "authority" in office.run("store", "purge", exit_code=2).stderr
    [due] = office.json("store", "purge", *AUTHORITY, "--dry-run")
    assert (due["hours_deleted"], staff(place)) == (2, 2)
    office.run("store", "purge", *AUTHORITY, "--reason", "yearly")
    assert staff(place) == 1
    [audited] = office.audited()
    assert (audited.action, audited.why) == ("store purge", "yearly")
    assert audited.detail["authority"] == "ANM 1/2026"


def test_a_hold_of_days_has_the_last_one_whole(office: Office, place: Path) -> None:
    days = ("--from", "2010-01-03", "--to", "2010-01-04")
    [held] = office.json("store", "hold", "add", *days, "--reason", "inquiry")
    assert (held["since"], held["until"]) == ("2010-01-02T16:00:00Z", "2010-01-04T16:00:00Z")


def test_a_hold_keeps_until_it_is_released(office: Office, place: Path) -> None:
    when = ("--from", "2010-01-03T08:00", "--to", "2010-01-03T09:00")
    assert office.run("store", "hold", "list").stdout == "Nothing was ever put on hold.\n"
    [held] = office.json("store", "hold", "add", *when, "--reason", "inquiry")
    assert (held["since"], held["released"]) == ("2010-01-03T00:00:00Z", None)
    office.run("store", "purge", *AUTHORITY)
    assert staff(place) == 2
    office.run("store", "hold", "release", "1", "--reason", "closed")
    assert "released" in office.run("store", "hold", "list").stdout
    office.run("store", "hold", "release", "1", exit_code=2)
    office.run("store", "purge", *AUTHORITY)
    assert staff(place) == 1
    actions = [each.action for each in office.audited()]
    assert actions == ["store hold add", "store purge", "store hold release", "store purge"]


def test_a_resolver_is_retired_with_a_reason_and_audited(office: Office, place: Path) -> None:
    assert "reason" in office.run("store", "retire", "local", exit_code=2).stderr
    assert "there are: local" in office.run("store", "retire", "hq", "--reason", "x", exit_code=2).stderr
    [made] = office.json(
        "store", "retire", "local", "--at", "2010-01-04T09:00", "--reason", "closed", "--by", "head"
    )
    assert made == {"resolver": "local", "at": "2010-01-04T01:00:00Z", "reason": "closed", "by": "head"}
    assert "local (retired)" in office.run("store", "status").stdout
    [audited] = office.audited()
    assert (audited.action, audited.target, audited.why) == ("store retire", "local", "closed")
    days = ("--from", "2010-01-03", "--to", "2010-01-05", "--lang", "en")
    assert "local (4 January 2010, 09:00)" in office.run("report", "coverage", *days).stdout
