from __future__ import annotations

from tests.cli.conftest import Office

DONE = {"ok": True, "generation": 5, "version": "0123456789ab", "names": 1331}
WHY = "/etc/sm-dns/zones/social.txt:3: not a name"
REFUSED = {"ok": False, "error": {"text": WHY, "values": {}}}


def test_what_is_in_force_is_told(office: Office) -> None:
    with office.server(DONE) as asked:
        out = office.run("reload").stdout
    assert asked == [{"command": "reload", "accept_removed": False}]
    assert out == "generation 5 is in force: version 0123456789ab, 1331 names\n"
    with office.server(DONE):
        assert office.json("reload") == [DONE]


def test_a_refusal_fails_and_says_where(office: Office) -> None:
    with office.server(REFUSED):
        out = office.run("reload", exit_code=1).stdout
    assert out == "not reloaded: /etc/sm-dns/zones/social.txt:3: not a name\n"
    with office.server(REFUSED):
        assert office.json("reload", exit_code=1) == [{"ok": False, "error": WHY}]


def test_no_server_is_a_failure(office: Office) -> None:
    assert "no server is running" in office.run("reload", exit_code=1).stdout
