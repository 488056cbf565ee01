from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from sm_dns.cli.main import cli
from tests.cli.conftest import Office


def test_a_name_is_added_normalised_and_audited(office: Office) -> None:
    [added] = office.json(
        *("domains", "add", "https://WWW.New-Network.example:443/login", "--category", "social"),
        *("--reason", "asked for by the registry", "--by", "Puan Faridah"),
    )
    assert (added["name"], added["added"], added["covered_by"]) == ("www.new-network.example", True, None)
    assert added["reloaded"] is False
    assert (office.zones / "social.txt").read_text().endswith("\nwww.new-network.example\n")
    [record] = office.audited()
    assert (record.who, record.action) == ("Puan Faridah", "domains add")
    assert (record.target, record.why) == ("www.new-network.example", "asked for by the registry")
    assert record.detail["user"]
    [found] = office.json("explain", "a.www.new-network.example", "--at", "2026-08-10T12:00")
    assert (found["decision"], found["list"]) == ("deny", "site:social.txt")


def test_what_the_category_covers_is_said_and_not_written(office: Office) -> None:
    result = office.run("domains", "add", "m.facebook.com", "--category", "social")
    assert (
        "m.facebook.com: already covered: social, by facebook.com in shipped:social/facebook.txt:"
        in result.stdout
    )
    assert not office.zones.exists()
    assert office.audited() == []


def test_what_another_category_says_is_noted(office: Office) -> None:
    text = office.run("domains", "add", "www.youtube.com", "--category", "social").stdout
    assert "added to social" in text
    assert "another category too, streaming, by youtube.com" in text
    assert "streaming decides" in text
    [found] = office.json("domains", "add", "www.youtube.com", "--category", "allow")
    assert {match["category"] for match in found["also_in"]} == {"streaming", "social"}
    assert "allow decides" in office.run("domains", "add", "i.youtube.com", "--category", "allow").stdout


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("com.my", "public suffix"),
        ("192.0.2.1", "IP address"),
        ("localhost", "single label"),
        ("bad name.example", "not a domain name"),
    ],
)
def test_all_names_or_none(office: Office, bad: str, reason: str) -> None:
    result = office.run("domains", "add", "good.example", bad, "--category", "social", exit_code=2)
    assert reason in result.stderr
    assert not office.zones.exists()
    assert office.audited() == []


def test_suffixes_of_companies_on_demand(office: Office) -> None:
    add = ("domains", "add", "pages.dev", "--category", "social")
    assert "--whole-suffix" in office.run(*add, exit_code=2).stderr
    assert office.json(*add, "--whole-suffix")[0]["added"] is True


def test_an_unknown_category_is_refused(office: Office) -> None:
    result = office.run("domains", "add", "good.example", "--category", "socal", exit_code=2)
    assert (
        "there is no category 'socal'; there are: allow, bypass, messaging, social, streaming; did you mean 'social'?"
        in result.stderr
    )


def test_names_are_listed_and_found(office: Office) -> None:
    office.run("domains", "add", "b.example", "bücher.example", "--category", "social")
    office.run("domains", "add", "b.example", "--category", "allow")
    listed = office.json("domains", "list")
    assert [(each["category"], each["name"]) for each in listed] == [
        ("allow", "b.example"),
        ("social", "b.example"),
        ("social", "xn--bcher-kva.example"),
    ]
    assert len(office.json("domains", "list", "--category", "allow")) == 1
    assert "social       b.example" in office.run("domains", "list").stdout
    assert [each["list"] for each in office.json("domains", "find", "x.b.example")] == [
        "site:allow.txt",
        "site:social.txt",
    ]
    assert office.json("domains", "find", "instagram.com")[0]["service"] == "instagram"
    assert office.json("domains", "find", "nowhere.example") == [
        {"name": "nowhere.example", "category": None, "list": None}
    ]


def test_names_are_removed(office: Office) -> None:
    office.run("domains", "add", "a.example", "b.example", "--category", "social")
    result = office.run("domains", "remove", "a.example", "c.example", "--category", "social", exit_code=2)
    assert "c.example is not on the site's own list of social" in result.stderr
    assert len(office.json("domains", "list")) == 2
    office.run("domains", "remove", "A.example.", "--category", "social", "--reason", "closed down")
    assert [each["name"] for each in office.json("domains", "list")] == ["b.example"]
    record = office.audited()[-1]
    assert (record.action, record.target, record.why) == (
        "domains remove",
        "a.example",
        "closed down",
    )


def test_shipped_names_are_excepted_not_removed(office: Office) -> None:
    result = office.run("domains", "remove", "facebook.com", "--category", "social", exit_code=2)
    assert "shipped:social/facebook.txt" in result.stderr
    assert "category allow" in result.stderr


def test_names_come_from_a_file_with_remarks(office: Office, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# of the audit\nfirst.example  # a remark\n\nhttps://www.second.example/page\n")
    added = office.json("domains", "add", "third.example", "--from", str(names), "--category", "social")
    assert [one["name"] for one in added] == ["third.example", "first.example", "www.second.example"]


def test_names_come_from_standard_input(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        "domains",
        "add",
        "--from",
        "-",
        "--category",
        "social",
        "--json",
        "--config",
        str(office.config),
    ]
    result = CliRunner().invoke(cli, given, input="first.example\n")
    assert (result.exit_code, json.loads(result.stdout)["name"]) == (0, "first.example")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("good.example\ncom\n", "names.txt:2: 'com' is a single label"),
        ("# nothing\n", "names.txt: holds no names"),
        ("x" * (1 << 20) + "\n", "names.txt: is larger than 1048576 bytes"),
    ],
)
def test_a_file_is_taken_whole_or_not_at_all(office: Office, tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "names.txt").write_text(text)
    result = office.run(
        "domains", "add", "--from", str(tmp_path / "names.txt"), "--category", "social", exit_code=2
    )
    assert reason in result.stderr
    assert not office.zones.exists()


def test_what_only_looks_like_names_is_refused(office: Office, tmp_path: Path) -> None:
    for words, reason in (
        (("@names.example",), "is no domain name; those of a file are taken by --from"),
        ((), "no names: give some, or a file of them"),
        (("--from", str(tmp_path / "gone")), "cannot be read"),
    ):
        assert reason in office.run("domains", "add", *words, "--category", "social", exit_code=2).stderr


def test_a_site_without_names_of_its_own_is_told_so(office: Office) -> None:
    assert office.run("domains", "list").stdout == "The site has put no names on lists of its own.\n"
    assert office.json("domains", "list") == []
