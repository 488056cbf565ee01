from __future__ import annotations

import json
from pathlib import Path

import pytest

from sm_dns.portal import acknowledgements
from sm_dns.portal.acknowledgements import MAX_BY_CLIENT, Acknowledgements, Refused


def status_of(given: Acknowledgements, file: Path, who: str = "Ali", address: str = "10.0.0.1") -> int:
    with pytest.raises(Refused) as refused:
        given.note(str(file), who, "v", address, 0)
    return refused.value.status


def test_a_name_is_kept_once_with_its_latest_date(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    given = Acknowledgements()
    given.note(str(file), "  Officer4   Officer1 ", "v1", "10.0.0.1", 0)
    given.note(str(file), "OFFICER4 OFFICER1", "v2", "10.0.0.2", 60)
    given.note(str(file), "Officer2", "v2", "10.0.0.2", 60)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines == [
        {"who": "OFFICER4 OFFICER1", "at": "1970-01-01T00:01:00+00:00", "version": "v2"},
        {"who": "Officer2", "at": "1970-01-01T00:01:00+00:00", "version": "v2"},
    ]
    assert "10.0.0" not in file.read_text()


def test_what_was_noted_before_a_restart_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    Acknowledgements().note(str(file), "Ali", "v", "10.0.0.1", 0)
    Acknowledgements().note(str(file), "Officer 1", "v", "10.0.0.1", 0)
    assert len(file.read_text().splitlines()) == 2


def test_a_damaged_file_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("not json\n")
    given = Acknowledgements()
    assert status_of(given, file) == 503
    assert status_of(given, file) == 503
    assert file.read_text() == "not json\n"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    assert status_of(Acknowledgements(), tmp_path / "none" / "a.jsonl") == 503


def test_one_client_notes_so_many_on_a_day(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    given = Acknowledgements()
    for number in range(MAX_BY_CLIENT):
        given.note(str(file), f"n{number}", "v", "10.0.0.1", 0)
    assert status_of(given, file) == 429
    given.note(str(file), "other", "v", "10.0.0.2", 0)
    given.note(str(file), "next day", "v", "10.0.0.1", 86_400)


def test_the_number_of_names_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledgements, "MAX_NAMES", 2)
    file = tmp_path / "a.jsonl"
    given = Acknowledgements()
    for who in ("a", "b", "A"):
        given.note(str(file), who, "v", "10.0.0.1", 0)
    assert status_of(given, file, "c") == 503
    assert len(file.read_text().splitlines()) == 2


def test_the_number_of_counted_clients_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledgements, "MAX_CLIENTS", 2)
    given = Acknowledgements()
    for number in range(5):
        given.note(str(tmp_path / "a"), "a", "v", f"10.0.0.{number}", 0)
        assert len(given._by_client) <= 2
