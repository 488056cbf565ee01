from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sm_dns.collect import logon_file
from sm_dns.collect.logon_file import LogonFile
from sm_dns.generation.monitoring import LogonSource
from sm_dns.monitor.identity import staff_map
from tests.monitor.identity.logons.test_forms import CSV, DETAIL, NOON
from tests.support.counting import ZONE

DAY = 86_400.0
KL = ZoneInfo(ZONE)


def source(path: Path, form: str = "") -> LogonFile:
    return LogonFile(LogonSource(str(path), form, is_pushed=False), ZONE)


def problem(file: LogonFile) -> str:
    return "" if file.trouble is None else str(file.trouble.text)


def test_a_file_is_read_as_it_changes_and_keeps_what_it_said(tmp_path: Path) -> None:
    path = tmp_path / "detail"
    path.write_text(DETAIL)
    file = source(path)
    file.look(NOON)
    assert (len(file.known), problem(file)) == (2, "")
    assert str(file.described(staff_map.parse("staff\nofficer1\n", KL))) == (
        f"logons: {path}: read as freeradius: 2 devices and addresses, the last at 2026-08-10T03:59:58Z; "
        "1 of 1 persons are in the staff map; left out: 2 records of computers or without a place"
    )
    path.write_text("hello\n")
    file.look(NOON + 5)
    assert f"{path}: is a file of logons of no known form" in problem(file)
    path.unlink()
    file.look(NOON + 10)
    assert problem(file) == f"logons: {path}: cannot be read: No such file or directory"
    assert len(file.known) == 2
    path.write_text(CSV)
    os.utime(path, (NOON, NOON))
    file.look(NOON + 15)
    assert (len(file.known), problem(file)) == (2, "")


def test_what_gives_nothing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "detail"
    path.write_text("")
    file = source(path)
    file.look(NOON)
    assert (problem(file), file.described(staff_map.NOBODY)) == (f"logons: {path}: gives no logon", None)
    path.write_text(DETAIL)
    file.look(NOON + 4 * DAY)
    assert problem(file) == f"logons: {path}: the last logon was at 2026-08-10T03:59:58Z"


def test_a_foreign_file_in_a_folder_is_named_and_costs_itself_alone(tmp_path: Path) -> None:
    (tmp_path / "detail").write_text(DETAIL)
    (tmp_path / "detail-20260809.gz").write_bytes(b"\x1f\x8b\x08\0")  # as logrotate leaves them
    file = source(tmp_path)
    file.look(NOON)
    assert (len(file.known), problem(file)) == (2, "")
    (tmp_path / "notes").write_text("hello\n")
    (tmp_path / "detail").write_text(DETAIL + "\n" + DETAIL.replace("02-03", "02-05"))
    for at in (NOON + 5, NOON + 10):
        file.look(at)
        assert len(file.known) == 3
        assert problem(file).startswith(f"logons: {tmp_path / 'notes'}: is a file of logons of no known form")
    (tmp_path / "notes").unlink()
    file.look(NOON + 15)
    assert problem(file) == ""


def test_logons_that_lie_ahead_are_said(tmp_path: Path) -> None:
    """An hour is a clock; more is a zone, or a month taken for a day."""
    path = tmp_path / "detail"
    path.write_text(DETAIL)
    file = source(path)
    file.look(NOON - 3600)
    assert problem(file) == ""
    file.look(NOON - 8 * 3600)
    assert problem(file).startswith(f"logons: {path}: the last logon lies ahead, at 2026-08-10T03:59:58Z")


def test_where_the_map_names_nobody_who_logged_on_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "detail"
    path.write_text(DETAIL)
    file = source(path)
    file.look(NOON)
    assert file.strangers(staff_map.parse("staff\nOFFICER1\n", KL)) is None
    told = file.strangers(staff_map.parse("staff\na1234\n", KL))
    assert told is not None
    assert (told.what, str(told.text)) == (
        "logons-unknown",
        f"logons: {path}: the staff map names none of the 1 persons who logged on",
    )
    assert file.strangers(staff_map.NOBODY) is not None


def test_of_a_folder_the_newest_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logon_file, "MAX_FILES", 1)
    (tmp_path / "10.0.0.3").mkdir()
    old, new = tmp_path / "10.0.0.3" / "detail-20260809", tmp_path / "detail-20260810"
    old.write_text(DETAIL)
    new.write_text(DETAIL.replace("fficer1", "fficer2"))
    os.utime(old, (NOON, NOON))
    file = source(tmp_path)
    file.look(NOON)
    assert {one.staff for ones in file.known.values() for one in ones} == {"officer2"}
    os.utime(old, (NOON + 4e9, NOON + 4e9))
    file.look(NOON)
    assert {one.staff for ones in file.known.values() for one in ones} == {"officer1"}


def test_of_a_long_file_the_end_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """T14."""
    monkeypatch.setattr(logon_file, "MAX_BYTES", 900)
    path = tmp_path / "detail"
    path.write_text(DETAIL + "\n" + DETAIL.replace("fficer1", "fficer2"))
    file = source(path)
    file.look(NOON)
    assert {one.staff for ones in file.known.values() for one in ones} == {"officer2"}
    path.write_text(CSV * 9)
    file.look(NOON)
    assert problem(file) == f"logons: {path}: is larger than 900 bytes"


def test_a_fifo_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "detail")
    file = source(tmp_path / "detail")
    file.look(NOON)
    assert "is not a regular file" in problem(file)
