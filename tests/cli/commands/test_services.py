from __future__ import annotations

import pytest

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
    assert "LinkedIn (off; a rule or optional_services" in office.run("services", "list").stdout
    [shown] = office.json("services", "show", "linkedin")
    assert "linkedin.com" in [each["name"] for each in shown["names"]] and not shown["on"]
    assert office.json("domains", "find", "www.linkedin.com")[0]["list"] is None
    office.config.write_text(office.config.read_text() + "optional_services: [linkedin]\n")
    assert office.json("domains", "find", "www.linkedin.com")[0]["list"] == "shipped:social/linkedin.txt"
    assert "LinkedIn (7 names)" in office.run("services", "list").stdout
    office.config.write_text(office.config.read_text().replace("[linkedin]", "[linkedin, fax]"))
    assert "there is no service 'fax'" in office.run("check", exit_code=2).stderr


def test_a_rule_is_set_before_that_of_the_configuration(office: Office) -> None:
    office.config.write_text(office.config.read_text() + "services: {whatsapp: deny}\n")
    ask = ("explain", "whatsapp.com", "--client", "10.0.0.1")
    assert office.json(*ask)[0]["reason_code"] == "SERVICE_DENIED"
    [told] = office.json("services", "set", "WhatsApp", "permit", "--who", "hq", "--reason", "memo 4")
    assert (told["service"], told["who"], told["source"], told["reloaded"]) == (
        "whatsapp",
        ["group:hq"],
        "command",
        False,
    )
    assert office.json(*ask)[0]["reason_code"] == "CATEGORY_PERMITTED"
    assert office.json(*ask[:-1], "192.168.0.1")[0]["reason_code"] == "SERVICE_DENIED"
    [listed] = [one for one in office.json("services", "list") if one["service"] == "whatsapp"]
    assert [(one["action"], one["source"]) for one in listed["rules"]] == [
        ("permit", "command"),
        ("deny", "file"),
    ]
    text = office.run("services", "list").stdout
    assert "\n  rule: permit for group:hq, by " in text and ": memo 4\n" in text
    assert "\n  rule: deny, by the configuration\n" in text
    assert "rule: permit for group:hq" in office.run("services", "show", "whatsapp").stdout
    [record] = office.audited()
    assert (record.action, record.target, record.why) == ("services set", "whatsapp", "memo 4")

    assert "whatsapp: taken away" in office.run("services", "unset", "whatsapp", "--reason", "over").stdout
    assert office.json(*ask)[0]["reason_code"] == "SERVICE_DENIED"
    assert (
        "no rule for 'whatsapp'"
        in office.run("services", "unset", "whatsapp", "--reason", "x", exit_code=2).stderr
    )


def test_a_rule_switches_on_a_service_that_ships_off(office: Office) -> None:
    office.run("services", "set", "linkedin", "deny", "--reason", "memo 4")
    [found] = office.json("domains", "find", "www.linkedin.com")
    assert found["service"] == "linkedin"
    assert office.json("explain", "www.linkedin.com", "--client", "10.0.0.1")[0]["decision"] == "deny"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("whatsap", "deny", "--reason", "x"), "there is no service 'whatsap': did you mean 'whatsapp'?"),
        (
            ("whatsapp", "deny", "--who", "lan", "--reason", "x"),
            "the groups are: default, hq, lab; did you mean 'lab'?",
        ),
        (("whatsapp", "allow", "--reason", "x"), "'allow' is not one of"),
        (("whatsapp", "deny"), "--reason"),
        (("whatsapp", "deny", "--reason", ""), "is set for a reason"),
    ],
)
def test_a_rule_that_cannot_be_set(office: Office, arguments: tuple[str, ...], said: str) -> None:
    assert said in office.run("services", "set", *arguments, exit_code=2).stderr
    assert office.audited() == []


def test_check_tells_of_a_rule_for_a_group_that_has_gone(office: Office) -> None:
    office.run("services", "set", "whatsapp", "deny", "--who", "lab", "--reason", "memo 4")
    [granted] = office.json(
        *("exempt", "add", "--group", "lab", "--service", "facebook", "--for", "1h"),
        *("--approver", "CTM", "--reason", "course"),
    )
    lab = next(line for line in office.config.read_text().splitlines() if "name: lab" in line)
    office.config.write_text(office.config.read_text().replace(lab, ""))
    said = office.run("check").stdout
    assert "'whatsapp' is for group 'lab', which there is no more" in said
    assert f"exemption {granted['id']} is for group 'lab', which there is no more: nobody has it" in said
    assert office.json("explain", "whatsapp.com", "--client", "10.0.0.1")[0]["decision"] == "permit"


def test_a_category_without_services_is_told(office: Office) -> None:
    assert office.run("services", "list", "--category", "allow").stdout == "No service is listed as allow.\n"
    assert office.json("services", "list", "--category", "allow") == []


def test_a_category_that_is_mistyped_is_met_with_the_one_that_was_meant(office: Office) -> None:
    refused = office.run("services", "list", "--category", "socal", exit_code=2).stderr
    assert "did you mean 'social'?" in refused
