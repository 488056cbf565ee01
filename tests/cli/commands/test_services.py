from __future__ import annotations

from tests.cli.conftest import Office


def test_the_catalogue(office: Office) -> None:
    found = office.json("services", "list")
    by_id = {(each["category"], each["service"]): each for each in found}
    assert by_id["social", "facebook"]["name"] == "Facebook"
    assert all(each["names"] > 0 for each in found)
    assert {each["category"] for each in office.json("services", "list", "--category", "messaging")} == {
        "messaging"
    }
    assert "Facebook (" in office.run("services", "list").stdout


def test_one_service(office: Office) -> None:
    [found] = office.json("services", "show", "Facebook")
    assert "facebook.com" in [each["name"] for each in found["names"]]
    assert "  facebook.com\n" in office.run("services", "show", "facebook").stdout
    assert "no service 'fax'" in office.run("services", "show", "fax", exit_code=2).stderr
