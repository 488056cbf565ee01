"""Changes while the server answers: domains, exemptions, reloads, and what the audit keeps of them."""

from __future__ import annotations

import signal
import time

from tests.support.load import Load, answers
from tests.support.processes import eventually
from tests.support.server import House
from tests.support.unbound import ADDRESS


def test_an_added_domain_is_denied_when_the_command_returns_and_a_removed_one_is_not(house: House) -> None:
    house.start()
    assert house.dig("www.portal.corp").status == "NXDOMAIN"
    assert house.dig("portal.corp").data == ["198.51.100.5"]
    (added,) = house.json("domains", "add", "Portal.CORP.", "--category", "streaming", "--reason", "film")
    assert (added["added"], added["reloaded"]) == (True, True)
    assert house.dig("portal.corp").data == house.dig("www.portal.corp").data == ["0.0.0.0"]
    assert house.dig("portal.corp.example").status == "NXDOMAIN"
    house.json("domains", "remove", "portal.corp", "--category", "streaming")
    assert house.dig("portal.corp").data == ["198.51.100.5"]
    assert house.audited("domains") == ["domains add", "domains remove"]


def test_an_added_domain_is_denied_from_the_next_start(house: House) -> None:
    (added,) = house.json("domains", "add", "portal.corp", "--category", "streaming")
    assert (added["added"], added["reloaded"]) == (True, False)
    house.start()
    assert house.dig("portal.corp").data == ["0.0.0.0"]


def test_a_list_changed_by_hand_is_taken_in_within_seconds(house: House) -> None:
    house.zones.mkdir()
    house.start()
    (house.zones / "streaming.txt").write_text("portal.corp\n")
    eventually(lambda: house.dig("portal.corp").data == ["0.0.0.0"], "the list is read")
    house.write("ttl: {denied: 7}")
    eventually(lambda: house.dig("portal.corp").ttls == [7], "the configuration is read")


def test_a_rule_for_a_service_holds_when_the_command_returns(house: House) -> None:
    house.start()
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    (told,) = house.json("services", "set", "netflix", "permit", "--who", "office", "--reason", "training")
    assert told["reloaded"]
    assert house.dig("netflix.com").data == ["198.51.100.4"]
    (taken,) = house.json("services", "unset", "netflix", "--reason", "over")
    assert (taken["who"], taken["reason"]) == (["group:office"], "training")
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    assert house.audited("services") == ["services set", "services unset"]


def test_an_exemption_holds_at_once_and_to_its_end(house: House) -> None:
    house.start()
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    for seconds in (3, 12, 48):  # a slow machine needs longer until the command returns
        began = time.time()
        arguments = ("--group", "office", "--category", "streaming", "--for", f"{seconds}s")
        house.json("exempt", "add", *arguments, "--approver", "the director", "--reason", "training")
        told = house.dig("netflix.com")
        if told.got < began + seconds:
            break
    assert told.data == ["198.51.100.4"]
    assert max(told.ttls) <= seconds
    eventually(lambda: house.dig("netflix.com").data == ["0.0.0.0"], "the exemption ends")
    assert told.ends <= time.time()
    eventually(
        lambda: (
            [line["action"] for line in house.json("audit", "show", "--what", "exempt")][-2:]
            == ["exempt add", "exempt expired"]
        ),
        "the audit has both ends",
    )
    assert house.json("exempt", "list") == []


def test_the_audit_finds_a_tampered_line(house: House) -> None:
    house.json("domains", "add", "one.corp", "two.corp", "--category", "social", "--by", "the head of IT")
    house.json("domains", "remove", "one.corp", "--category", "social")
    assert house.run("audit", "verify").returncode == 0
    file = house.state / "audit.jsonl"
    file.write_text(file.read_text().replace("the head of IT", "somebody else!"))
    done = house.run("audit", "verify")
    assert done.returncode == 1
    assert f"{file}:1" in done.stdout


def test_no_query_is_lost_or_wrong_while_the_policy_is_reloaded(house: House) -> None:
    house.zones.mkdir()
    server = house.start()
    questions = [
        ("netflix.com", answers("0.0.0.0")),
        ("portal.corp", answers("198.51.100.5")),
        *((f"n{number}.load.corp", answers(ADDRESS)) for number in range(800)),  # misses at first
    ]
    first = house.status()["generation"]
    with Load(("127.0.0.1", house.port), questions) as load:
        server.send(signal.SIGHUP)
        house.json("domains", "add", "one.corp", "--category", "social")
        assert house.run("reload").returncode == 0
        house.write("cache: {megabytes: 2}")
        (house.zones / "streaming.txt").write_text("two.corp\n")
        eventually(lambda: house.status()["generation"] >= first + 3, "all changes are taken in")
        eventually(lambda: load.sent > 1500, "enough is asked")
    assert load.wrong == []
    assert load.lost == house.late_answers()
    assert house.status()["last_error"] is None


def test_a_storm_of_signals_ends_with_the_newest_policy_and_few_reloads(house: House) -> None:
    house.zones.mkdir()
    server = house.start()
    first = house.status()["generation"]
    for _ in range(100):
        server.send(signal.SIGHUP)
        time.sleep(0.001)
    (house.zones / "streaming.txt").write_text("portal.corp\n")
    for _ in range(100):
        server.send(signal.SIGHUP)
    assert house.reload()["ok"]
    assert house.dig("portal.corp").data == ["0.0.0.0"]
    assert house.status()["generation"] <= first + 5
