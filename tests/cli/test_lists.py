from __future__ import annotations

import pytest

from tests.cli.conftest import Office


@pytest.fixture
def remote(office: Office) -> Office:
    text = office.config.read_text()
    office.config.write_text(
        text + "lists: [{name: office, url: 'https://lists.example/x', category: social}]\n"
    )
    return office


def test_a_list_before_and_after_its_first_fetch(remote: Office) -> None:
    [found] = remote.json("lists", "status")
    assert (found["name"], found["fetched"], found["names"]) == ("office", None, 0)
    (remote.state / "lists").mkdir(parents=True)
    (remote.state / "lists" / "office.txt").write_text("a.example\nb.example\n")
    [found] = remote.json("lists", "status")
    assert found["fetched"]
    assert found["names"] == 2
    assert "office: social, 2 names, fetched 2" in remote.run("lists", "status").stdout


def test_no_lists(office: Office) -> None:
    assert "none under `lists`" in office.run("lists", "status").stdout
    assert office.json("lists", "status") == []


def test_a_refresh_is_the_servers_work(remote: Office) -> None:
    assert "no server is running" in remote.run("lists", "refresh", exit_code=2).stderr
    with remote.server({"ok": True, "lists": []}) as asked:
        assert remote.json("lists", "refresh") == [{"ok": True, "lists": []}]
    assert asked == [{"command": "refresh"}]
    (remote.state / "control.sock").unlink()
    with remote.server({"ok": False, "error": "office: 404"}):
        assert "office: 404" in remote.run("lists", "refresh", exit_code=2).stderr
