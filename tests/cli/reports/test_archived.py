"""Reports that are numbered, kept, and known again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.monitor.store.store import Store
from tests.cli.conftest import Office
from tests.support import ump
from tests.support.rows import KEY

DATES = ("--from", "2010-01-03", "--to", "2010-01-08")


@pytest.fixture(autouse=True)
def store(office: Office) -> None:
    path = office.state / "monitor" / "usage.db"
    path.parent.mkdir(parents=True)
    store = Store(path)
    store.add(ump.rows(), KEY)
    store.close()


def archived(office: Office, file: Path, kind: str = "usage") -> Path:
    office.run("report", kind, *DATES, "--format", "json", "--archive", "--output", str(file))
    return file


def test_numbers_follow_each_other_and_stand_in_the_document(office: Office, tmp_path: Path) -> None:
    first, second = archived(office, tmp_path / "a.json"), archived(office, tmp_path / "b.json", "department")
    numbers = [json.loads(file.read_text())["number"] for file in (first, second)]
    assert [each[4:] for each in numbers] == ["-0001", "-0002"]
    listed = office.json("report", "list")
    assert [each["details"]["number"] for each in listed] == numbers
    assert [each["details"]["kind"] for each in listed] == ["usage", "department"]


def test_a_report_that_nobody_archives_has_no_number(office: Office, tmp_path: Path) -> None:
    office.run("report", "usage", *DATES, "--format", "json", "--output", str(tmp_path / "a.json"))
    assert json.loads((tmp_path / "a.json").read_text())["number"] is None
    assert "No report is archived yet" in office.run("report", "list").stdout


def test_the_document_is_known_again_and_a_changed_one_is_not(office: Office, tmp_path: Path) -> None:
    file = archived(office, tmp_path / "a.json")
    said = office.run("report", "verify", str(file)).stdout
    assert "as it was archived" in said and "usage 2010-01-03 to 2010-01-08" in said
    file.write_text(file.read_text().replace("1310", "1300"))
    assert (
        "not archived here, or changed since" in office.run("report", "verify", str(file), exit_code=1).stdout
    )
    assert office.json("report", "verify", str(file), exit_code=1)[0]["ok"] is False


def test_where_the_audit_is_changed_nobody_can_vouch_for_a_document(office: Office, tmp_path: Path) -> None:
    file = archived(office, tmp_path / "a.json")
    audit = office.state / "audit.jsonl"
    audit.write_text(audit.read_text().replace('"size":', '"size": ', 1))
    assert "the audit is not whole" in office.run("report", "verify", str(file), exit_code=1).stdout


def test_it_can_be_had_once_more(office: Office, tmp_path: Path) -> None:
    file = archived(office, tmp_path / "a.json")
    [listed] = office.json("report", "list")
    again = tmp_path / "again.json"
    office.run("report", "get", listed["details"]["number"], "--output", str(again))
    assert again.read_bytes() == file.read_bytes()


def test_what_was_changed_in_the_archive_is_handed_to_nobody(office: Office, tmp_path: Path) -> None:
    archived(office, tmp_path / "a.json")
    [kept] = (office.state / "reports").glob("*.json")
    kept.write_text(kept.read_text().replace("1310", "1300"))
    number = kept.name[:9]
    out = tmp_path / "again.json"
    assert (
        "it was changed since"
        in office.run("report", "get", number, "--output", str(out), exit_code=2).stderr
    )
    assert not out.exists()


def test_no_such_number(office: Office) -> None:
    assert "no archived report '2026-0001'" in office.run("report", "get", "2026-0001", exit_code=2).stderr
