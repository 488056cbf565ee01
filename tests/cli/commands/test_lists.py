from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cli.conftest import Office
from tests.control.processes.web_server import Web, body, web_server


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as server:
        yield server


@pytest.fixture
def remote(office: Office, web: Web) -> Office:
    row = f"{{name: office, url: '{web.url('/x')}', category: social, allow_private: true}}"
    office.config.write_text(office.config.read_text() + f"lists: [{row}]\n")
    return office


def test_a_list_before_and_after_its_first_fetch(remote: Office, web: Web) -> None:
    [found] = remote.json("lists", "status")
    assert (found["name"], found["fetched"], found["names"]) == ("office", None, 0)
    web.answers["/x"] = body(b"a.example\nb.example\n")
    with remote.server({"ok": True, "generation": 5, "version": "0123456789ab", "names": 1331}) as asked:
        [refreshed] = remote.json("lists", "refresh")
    assert (refreshed["status"], refreshed["names"], refreshed["reloaded"]) == ("updated", 2, True)
    assert asked == [{"command": "reload", "accept_removed": False}]
    [found] = remote.json("lists", "status")
    assert found["fetched"]
    assert found["names"] == 2
    assert "office: social, 2 names, fetched 2" in remote.run("lists", "status").stdout
    assert remote.json("explain", "x.a.example", "--at", "2026-08-10T12:00")[0]["list"] == "remote:office"
    [record] = remote.audited()
    assert (record.action, record.target, record.detail["names"]) == ("lists refresh", "office", 2)


def test_what_is_current_changes_nothing(remote: Office, web: Web) -> None:
    web.answers["/x"] = body(b"a.example\n")
    assert "No server is running" in remote.run("lists", "refresh", "office").stdout
    assert remote.json("lists", "refresh")[0]["status"] == "unchanged"
    assert len(remote.audited()) == 1


def test_a_failed_refresh_keeps_the_last_good_copy(remote: Office, web: Web) -> None:
    web.answers["/x"] = body(b"a.example\n")
    remote.run("lists", "refresh")
    web.answers["/x"] = body(b"<html>not a list</html>")
    [kept] = remote.json("lists", "refresh", exit_code=1)
    assert (kept["status"], kept["names"]) == ("kept", 1)
    assert remote.json("domains", "find", "a.example")[0]["list"] == "remote:office"


def test_no_lists(office: Office) -> None:
    assert "none under `lists`" in office.run("lists", "status").stdout
    assert office.json("lists", "status") == []
    assert "none under `lists`" in office.run("lists", "refresh").stdout
    assert "there is no list 'x'" in office.run("lists", "refresh", "x", exit_code=2).stderr
