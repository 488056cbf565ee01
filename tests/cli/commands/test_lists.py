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


MIXED = b"0.0.0.0 a.example\n@@||good.example^\n||google.com^\nkeyword:a\nb.example\nc.example\nd.example\n"


def test_a_preview_changes_nothing_and_tells_each_line(office: Office, web: Web) -> None:
    web.answers["/x"] = body(MIXED)
    told = office.run("lists", "preview", web.url("/x"), "--allow-private").stdout.splitlines()
    assert told[0].endswith(
        "plain, 4 names, 1 exceptions; left out: 0 unusable, 1 that DNS cannot carry, 1 that stay open"
    )
    taken = ["1: full:a.example", "2: except good.example", "5: b.example", "6: c.example", "7: d.example"]
    assert told[1:7] == ["taken:", *(f"  {line}" for line in taken)]
    assert told[7] == "left out:" and told[8].startswith(
        "  3: stays-open: google.com stays open: never-close"
    )
    assert told[9] == "  4: beyond-dns: a keyword, not a name"
    short = office.run("lists", "preview", web.url("/x"), "--allow-private", "--lines", "1").stdout
    assert "  and 4 more" in short and "  and 1 more" in short
    assert office.audited() == []


def test_a_preview_of_a_file(office: Office) -> None:
    (office.config.parent / "x").write_text("a.example\nno name\n")
    [found] = office.json("lists", "preview", str(office.config.parent / "x"))
    assert (
        found["refused"]
        == "50% of the lines cannot be used; first: line 2: unexpected word 'name' after the name"
    )
    assert "it would be refused" in office.run("lists", "preview", str(office.config.parent / "x")).stdout
    assert "cannot be read" in office.run("lists", "preview", "missing", exit_code=2).stderr
    assert "public internet" in office.run("lists", "preview", "http://127.0.0.1/x", exit_code=2).stderr


def test_the_last_good_copy_by_line(remote: Office, web: Web) -> None:
    assert "was never fetched" in remote.run("lists", "show", "office", exit_code=2).stderr
    assert "there is no list 'x'" in remote.run("lists", "show", "x", exit_code=2).stderr
    web.answers["/x"] = body(MIXED)
    remote.run("lists", "refresh")
    assert "  5: b.example" in remote.run("lists", "show", "office").stdout
    told = remote.run("lists", "show", "office", "--left-out").stdout.splitlines()
    assert told[1] == "left out:" and len(told) == 4
    [found] = remote.json("lists", "show", "office")
    assert (found["stays_open"], found["left_out"][1]["line"]) == (1, 4)
