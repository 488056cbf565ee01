from __future__ import annotations

from tests.cli.conftest import Office


def test_every_group_is_listed_with_what_it_gets(office: Office) -> None:
    assert office.run("groups", "list").stdout.splitlines() == [
        "hq: enforce, schedule default: 10.0.0.0/8",
        "lab: monitor, schedule literal: 10.9.0.0/16",
        "default: enforce, schedule default: private addresses in no other group",
    ]
    hq, lab, rest = office.json("groups", "list")
    assert (hq["mode"], hq["networks"], lab["because"]) == ("enforce", ["10.0.0.0/8"], "monitor")
    assert (rest["group"], rest["for_the_rest"]) == ("default", True)


def test_a_group_is_shown_with_its_exemptions(office: Office) -> None:
    granted = ("--service", "facebook", "--for", "8h", "--approver", "CTM", "--reason", "page editors")
    [exemption] = office.json("exempt", "add", "--group", "hq", *granted)
    [other] = office.json("exempt", "add", "--network", "10.9.1.0/24", *granted)
    hq, lab = office.run("groups", "show", "hq", "lab").stdout.split("\nlab: ")
    assert hq.startswith("hq: enforce, schedule default: 10.0.0.0/8\n  social media for group hq: ")
    assert f"  {exemption['id']}: group hq may reach facebook until " in hq
    assert "PERMITTED" in lab
    assert f"  {other['id']}: 10.9.1.0/24 may reach facebook until " in lab
    assert exemption["id"] not in lab


def test_a_group_that_there_is_not_is_said(office: Office) -> None:
    result = office.run("groups", "show", "hp", exit_code=2)
    assert "there is no group 'hp'; there are: hq, lab, default" in result.stderr


def test_a_switch_is_part_of_what_a_group_gets(office: Office) -> None:
    office.json("close", "social", "--for", "1h", "--who", "hq", "--reason", "examination")
    hq, _, rest = office.json("groups", "list")
    assert (hq["because"], hq["state"], rest["because"] == "switch") == ("switch", "denied", False)
    assert "DENIED until " in office.run("groups", "show", "hq").stdout
    office.json("resume")
    office.json("pause", "10m", "--reason", "briefing")
    assert "PERMITTED until " in office.run("groups", "show", "hq").stdout
