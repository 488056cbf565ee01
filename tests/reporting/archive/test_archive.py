"""The folder of archived reports."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sm_dns.reporting.archive import archive
from sm_dns.reporting.archive.archive import About, Archive
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput

ABOUT = About(kind="usage", first="2026-10-01", last="2026-10-31", form="pdf", language="ms")


def trail(state: Path) -> Trail:
    return Trail(state / audit.FILE, "officer", lambda: 1_790_000_000.0)


def test_numbers_begin_anew_each_year_and_none_is_given_twice(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    assert [found.take_number(2026) for _ in range(3)] == ["2026-0001", "2026-0002", "2026-0003"]
    assert [found.take_number(2027) for _ in range(2)] == ["2027-0001", "2027-0002"]


def test_where_the_counter_is_lost_the_documents_tell_the_last_number(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    found.take_number(2026)
    found.add(trail(tmp_path), found.take_number(2026), ABOUT, b"two")
    (tmp_path / archive.FOLDER / archive.COUNTER).unlink()
    assert found.take_number(2026) == "2026-0003"


def test_a_counter_that_says_nothing_is_no_end(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    found.add(trail(tmp_path), found.take_number(2026), ABOUT, b"one")
    (tmp_path / archive.FOLDER / archive.COUNTER).write_text("nonsense")
    assert found.take_number(2026) == "2026-0002"


def test_no_number_is_left(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    found.take_number(2026)
    (tmp_path / archive.FOLDER / archive.COUNTER).write_text(f"2026-{archive.MAX_NUMBER}\n")
    with pytest.raises(BadInput, match="no number is left"):
        found.take_number(2026)


def test_document_and_record_are_there_together(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    kept = found.add(trail(tmp_path), "2026-0001", ABOUT, b"a report")
    file = tmp_path / archive.FOLDER / "2026-0001-usage-2026-10-01-2026-10-31.pdf"
    assert file.read_bytes() == b"a report"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert found.reports() == [kept]
    assert (kept.by, kept.at) == ("officer", "2026-09-21T14:13:20Z")
    assert found.read(found.find("2026-0001")) == b"a report"


def test_one_that_is_too_large_is_not_kept(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    with pytest.raises(BadInput, match="larger than"):
        found.add(trail(tmp_path), "2026-0001", ABOUT, bytes(archive.MAX_DOCUMENT + 1))
    assert found.reports() == []


def test_a_document_that_is_gone_is_said(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    kept = found.add(trail(tmp_path), "2026-0001", ABOUT, b"a report")
    (tmp_path / archive.FOLDER / kept.details.file_name).unlink()
    with pytest.raises(BadInput, match="2026-0001-usage"):
        found.read(kept)


def test_what_the_record_says_of_its_writer_is_no_part_of_it(tmp_path: Path) -> None:
    found = Archive(tmp_path)
    written = Trail(tmp_path / audit.FILE, "officer", lambda: 1_790_000_000.0, {"through": "dashboard"})
    kept = found.add(written, "2026-0001", ABOUT, b"a report")
    assert found.reports() == [kept]
