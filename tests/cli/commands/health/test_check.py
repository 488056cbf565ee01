from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.cli.commands.health import check
from sm_dns.util.typed_json import to_json
from tests.cli.conftest import Office
from tests.support.contracts import STATUS

REPOSITORY = Path(__file__).resolve().parents[4]


def test_the_default_configuration_is_good() -> None:
    [found] = Office(REPOSITORY / "config" / "sm-dns.yaml").json("check")
    assert found["ok"] is True
    assert found["names"] > 0
    assert all(finding["level"] != "error" for finding in found["findings"])


def test_findings_are_shown_and_errors_fail(office: Office) -> None:
    text = office.config.read_text().replace("[192.0.2.1]", "['127.0.0.1:5335']")
    office.config.write_text(text)
    result = office.run("check", exit_code=1)
    assert f"error: {office.config}:1: 127.0.0.1:5335 is this resolver itself" in result.stdout
    assert "note: 10.9.0.0/16 of group 'lab' lies inside" in result.stdout
    [found] = office.json("check", exit_code=1)
    assert found["ok"] is False


def test_the_week_of_each_schedule_is_shown(office: Office) -> None:
    out = office.run("check").stdout
    assert "schedule default permits:\n  MON 00:00–07:30, 13:00–14:00, 17:30–24:00\n" in out
    assert "schedule literal permits:" in out and "  SAT never\n" in out
    [found] = office.json("check")
    assert found["weeks"]["default"][4] == "FRI 00:00–07:30, 12:15–14:45, 17:30–24:00"


def test_a_weekday_unlike_the_circular_s_table_is_shown(office: Office) -> None:
    text = office.config.read_text()
    assert "  default: {" in text
    office.config.write_text(
        text.replace("  default: {", "  default: {keeps: circular, rest_by_weekday: {}, ", 1)
    )
    told = "warning: schedule 'default' says that it keeps the circular's table, and does not on FRI: "
    assert told in office.run("check").stdout
    office.config.write_text(text.replace("  default: {", "  default: {keeps: circle, ", 1))
    assert "schedules.default.keeps" in office.run("check", exit_code=2).stderr


def test_a_broken_list_is_bad_input(office: Office) -> None:
    office.zones.mkdir()
    (office.zones / "social.txt").write_text("good.example\n???\n")
    assert f"error: {office.zones}/social.txt:2: " in office.run("check", exit_code=2).stderr


def test_why_nothing_is_compiled_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "why_not_compiled", lambda: "there was no C compiler when it was installed")
    assert "pure Python: there was no C compiler when it was installed\n" in office.run("check").stdout
    [found] = office.json("check")
    assert found["not_compiled"] == "there was no C compiler when it was installed"


def test_its_own_server_holds_its_addresses(office: Office) -> None:
    """What the running server answers on is taken by nobody; of one of another version that is not known."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        office.config.write_text(office.config.read_text() + f'listen: ["127.0.0.1:{port}"]\n')
        assert "would be left out" in office.run("check", exit_code=1).stdout
        with office.server({"ok": True, **to_json(replace(STATUS, listening=(f"127.0.0.1:{port}",)))}):
            assert "would be left out" not in office.run("check").stdout
        with office.server({"ok": True, "listening": [f"127.0.0.1:{port}"], "workers": []}):
            out = office.run("check").stdout
    assert "note: no address was tried: the running server is of another version\n" in out
