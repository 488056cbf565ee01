"""Switches by command, without a server and with a broken configuration; a server goes by them in `tests/e2e`."""

from __future__ import annotations

import json
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from sm_dns.policy.clients.switches import MAX_BYTES, MAX_SWITCHES
from tests.cli.conftest import Office

WHY = ("--reason", "briefing")
ASK = ("explain", "netflix.com", "youtube.com", "whatsapp.com")


def outcomes(office: Office, client: str = "10.0.0.1") -> list[tuple[str, str]]:
    return [(one["decision"], one["reason_code"]) for one in office.json(*ASK, "--client", client)]


def test_a_pause_is_told_with_its_end_and_reason_and_ends_by_hand(office: Office) -> None:
    [paused] = office.json("pause", "10m", *WHY)
    assert paused["expires"] - paused["starts"] == 600
    assert paused["held"] == "No server is running; it holds from the next start."
    assert {reason for _, reason in outcomes(office)} <= {"PAUSED", "CATEGORY_PERMITTED"}
    text = office.run("explain", "youtube.com", "--client", "10.0.0.1").stdout
    assert f"by switch {paused['id']} until " in text and "pause by " in text and ": briefing" in text
    [ended] = office.json("resume", "--reason", "over")
    assert [one["id"] for one in ended["ended"]] == [paused["id"]]
    assert office.json("resume") == [{"ended": [], "held": ended["held"]}]
    assert [record.action for record in office.audited()] == ["switch pause", "switch resumed"]


def test_open_and_close_take_a_category_or_a_service_and_whom(office: Office) -> None:
    office.json("open", "YouTube", "--for", "2h", "--who", "hq", *WHY)
    [closed] = office.json("close", "messaging", "--for", "1h30m", *WHY)
    assert (closed["category"], closed["service"], closed["who"]) == ("messaging", None, [])
    assert outcomes(office)[1:] == [("permit", "OPENED"), ("deny", "CLOSED")]
    assert outcomes(office, "192.168.0.1")[1:] == [("deny", "STREAMING"), ("deny", "CLOSED")]
    office.json("resume", closed["id"])
    assert outcomes(office)[2] == ("permit", "CATEGORY_PERMITTED")
    assert "is closed" in office.run("close", "whatsapp", "--for", "1h", *WHY).stdout


@pytest.mark.parametrize("reason", ["a\nb", "\x1b[2J", "x" * 501])
@pytest.mark.parametrize(
    "words",
    [
        ("pause", "10m"),
        ("resume",),
        ("emergency", "open"),
        ("emergency", "close"),
        ("services", "set", "whatsapp", "deny"),
        ("exempt", "revoke", "0000"),
        ("domains", "add", "a.example", "--category", "social"),
        ("calendar", "add", "2026-12-24", "eve"),
        ("requests", "decline", "0000"),
    ],
)
def test_a_reason_is_one_line(office: Office, words: tuple[str, ...], reason: str) -> None:
    said = office.run(*words, "--reason", reason, exit_code=2).stderr
    assert "error: --reason: write one line of at most 500 characters" in said
    assert office.audited() == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("pause",), "a length such as 10m, or --until WHEN"),
        (("pause", "10m", "--until", "23:00"), "one end"),
        (("pause", "9h"), "8h at most"),
        (("pause", "soon"), "is not a length of time"),
        (("open", "social", "--until", "2020-01-01"), "has passed"),
        (("open", "social", "--until", "2126-01-01"), "31 days at most"),
        (("open", "socal", "--for", "1h"), "there is no service 'socal'"),
        (("open", "socal", "--for", "1h"), "did you mean 'social'?"),
        (("close", "whatsap", "--for", "1h"), "did you mean 'whatsapp'"),
        (("close", "whatsapp", "--for", "1h", "--who", "hp"), "'hp' is no group, network"),
        (("resume", "0000"), "there is no switch '0000'"),
        (("emergency", "open", "9h"), "8h at most"),
    ],
)
def test_half_a_switch_is_refused_and_nothing_is_written(
    office: Office, words: tuple[str, ...], reason: str
) -> None:
    assert reason in office.run(*words, *WHY, exit_code=2).stderr
    assert office.audited() == []
    assert not (office.state / "switches.json").exists()


def test_what_an_error_says_to_type_is_understood(office: Office) -> None:
    far = datetime.fromtimestamp(time.time() - 3600, ZoneInfo("Asia/Kuala_Lumpur"))
    until = f"{far.hour}.{far.minute:02}"
    said = office.run("open", "social", "--until", until, *WHY, exit_code=2).stderr
    offered = said.strip().rpartition(" ")[2]
    [opened] = office.json("open", "social", "--until", offered, *WHY)
    assert opened["expires"] - opened["starts"] <= 23 * 3600


def test_a_reason_is_needed(office: Office) -> None:
    for words in (("pause", "10m"), ("open", "social", "--for", "1h"), ("emergency", "open")):
        office.run(*words, exit_code=2)
    assert "has a reason" in office.run("pause", "10m", "--reason", " ", exit_code=2).stderr


def test_an_emergency_needs_no_configuration_that_works(office: Office) -> None:
    office.run("domains", "add", "a.example", "--category", "social", "--reason", "the state is there")
    good = office.config.read_text()
    office.config.write_text(good + "groups: [\n")
    office.run("pause", "10m", *WHY, exit_code=2)
    (office.state / "switches.json").write_text("damaged")
    [stored] = office.json("emergency", "open", *WHY)
    assert (stored["turn"], stored["expires"] - stored["starts"]) == ("emergency", 3600)
    assert json.loads((office.state / "switches.json").read_text())[0]["id"] == stored["id"]
    office.config.write_text(good)
    assert {reason for _, reason in outcomes(office)} == {"EMERGENCY", "CATEGORY_PERMITTED"}
    office.config.write_text("nothing")
    [closed] = office.json("emergency", "close", "--reason", "over")
    assert [one["id"] for one in closed["ended"]] == [stored["id"]]
    assert office.json("emergency", "close") == [{"ended": []}]


def test_where_there_is_no_state_the_configuration_is_to_blame(office: Office) -> None:
    office.config.write_text("nothing")
    result = office.run("emergency", "open", *WHY, exit_code=2)
    assert "sm-dns.yaml" in result.stderr


def test_what_nobody_could_read_again_is_not_written(office: Office) -> None:
    """One that grew beyond what is read would keep every later switch from being turned."""
    [first] = office.json("close", "whatsapp", "--for", "1h", *WHY)
    file = office.state / "switches.json"
    one = json.loads(file.read_text())[0]
    room = MAX_BYTES - 500 - len(file.read_bytes())
    file.write_text(json.dumps([{**one, "reason": one["reason"] + "r" * room}], indent=1))
    before, count = file.read_bytes(), len(office.audited())
    long = ("--reason", "r" * 500)
    assert "is larger than 1048576 bytes" in office.run("pause", "10m", *long, exit_code=2).stderr
    assert (file.read_bytes(), len(office.audited())) == (before, count)
    office.json("emergency", "open", *WHY)
    assert first["id"] in {each["id"] for each in json.loads(file.read_text())}


@pytest.mark.parametrize("bad", ["a\x1b[31mred", "a\nb", "\u202ea", "r" * 501])
def test_a_reason_is_one_line_that_paints_on_no_terminal(office: Office, bad: str) -> None:
    exempt = ("exempt", "add", "--who", "hq", "--service", "tiktok", "--for", "1h")
    for words in (
        (*exempt, "--approver", "b", "--reason", bad),
        (*exempt, "--approver", bad, "--reason", "b"),
        ("close", "social", "--for", "1h", "--reason", bad),
        ("emergency", "open", "--reason", bad),
    ):
        assert "one line of at most 500 characters" in office.run(*words, exit_code=2).stderr
    assert office.audited() == []


def test_an_emergency_finds_room_and_the_audit_says_what_went(office: Office) -> None:
    office.json("pause", "10m", *WHY)
    file = office.state / "switches.json"
    one = json.loads(file.read_text())[0]
    file.write_text(json.dumps([{**one, "id": f"{number:08x}"} for number in range(MAX_SWITCHES)]))
    assert "more than 1000 switches" in office.run("pause", "10m", *WHY, exit_code=2).stderr
    [stored] = office.json("emergency", "open", *WHY)
    kept = [each["id"] for each in json.loads(file.read_text())]
    assert kept[-1] == stored["id"] and kept[0] == f"{MAX_SWITCHES - 100:08x}"
    assert "more than 1000 switches" in office.audited()[-1].detail["others_gone"]
    file.write_text("damaged")
    office.json("emergency", "open", *WHY)
    assert "is not a list of switches" in office.audited()[-1].detail["others_gone"]
