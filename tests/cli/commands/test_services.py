from __future__ import annotations

from tests.cli.conftest import Office


def test_the_catalogue(office: Office) -> None:
    found = office.json("services", "list")
    by_id = {(each["category"], each["service"]): each for each in found}
    assert by_id["social", "facebook"]["name"] == "Facebook"
    assert all((each["names"] > 0) == each["on"] for each in found)
    assert {each["category"] for each in office.json("services", "list", "--category", "messaging")} == {
        "messaging"
    }
    assert "Facebook (" in office.run("services", "list").stdout


def test_one_service(office: Office) -> None:
    [found] = office.json("services", "show", "Facebook")
    assert "facebook.com" in [each["name"] for each in found["names"]]
    assert "  facebook.com\n" in office.run("services", "show", "facebook").stdout
    assert "no service 'fax'" in office.run("services", "show", "fax", exit_code=2).stderr


def test_an_optional_service_is_off_until_one_word_switches_it_on(office: Office) -> None:
    assert "LinkedIn (off; optional_services" in office.run("services", "list").stdout
    [shown] = office.json("services", "show", "linkedin")
    assert "linkedin.com" in [each["name"] for each in shown["names"]] and not shown["on"]
    assert office.json("domains", "find", "www.linkedin.com")[0]["list"] is None
    office.config.write_text(office.config.read_text() + "optional_services: [linkedin]\n")
    assert office.json("domains", "find", "www.linkedin.com")[0]["list"] == "shipped:social/linkedin.txt"
    assert "LinkedIn (7 names)" in office.run("services", "list").stdout
    office.config.write_text(office.config.read_text().replace("[linkedin]", "[linkedin, fax]"))
    assert "there is no service 'fax'" in office.run("check", exit_code=2).stderr
