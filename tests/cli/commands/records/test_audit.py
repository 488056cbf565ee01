from __future__ import annotations

import csv
import json
import time
from zoneinfo import ZoneInfo

from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.util import walltime
from tests.cli.conftest import Office


def test_changes_are_shown(office: Office) -> None:
    office.run("domains", "add", "a.example", "--category", "social", "--reason", "asked")
    office.run("domains", "add", "b.example", "--category", "social", "--by", "Officer1")
    office.run("calendar", "accept", "2027", "--accept-estimates", "--yes")
    assert len(office.json("audit", "show")) == 3
    assert [
        record["target"] for record in office.json("audit", "show", "--last", "2", "--what", "domains")
    ] == [
        "a.example",
        "b.example",
    ]
    # As versions did that took such a reason.
    Trail(office.state / audit.FILE, "ana").note("domains add", "c.example", why="asked\x1b[2J")
    text = office.run("audit", "show").stdout
    assert "Domain names added to a list, by Officer1: b.example; category social, as the user " in text
    assert "Reason: asked\\x1b[2J.\n" in text


def test_records_are_found_by_who_what_when_and_on_what(office: Office) -> None:
    office.run("domains", "add", "a.example", "--category", "social", "--by", "Officer1")
    office.run("domains", "add", "b.example", "--category", "social", "--by", "Officer2", "--reason", "=1+1")
    office.run("calendar", "accept", "2027", "--accept-estimates", "--yes")

    def found(*options: str) -> list[str]:
        return [record["target"] for record in office.json("audit", "show", *options)]

    whole = found()
    assert len(whole) == 3
    assert found("--who", "officer1") == ["a.example"]
    assert found("--what", "domains", "--target", "B.EX") == ["b.example"]
    assert found("--since", "2026-01-01", "--last", "1") == whole[-1:]
    assert found("--until", "2026-01-01") == []
    assert found("--since", "2126-01-01T00:00") == []
    assert found("--until", "00:00") == []  # of today: what is looked back at ends then
    today = walltime.to_local(time.time(), ZoneInfo("Asia/Kuala_Lumpur")).date().isoformat()
    assert found("--since", today, "--until", today) == whole
    assert office.run("audit", "show", "--who", "nobody").stdout == "No record is like that.\n"
    assert (
        "expected a time such as 18:00" in office.run("audit", "show", "--since", "soon", exit_code=2).stderr
    )
    assert found("--text", "school holiday") == [] and found("--text", "holiday CALENDAR") == whole[2:]
    assert found("--text", "hari kelepasan am") == whole[2:]  # in the words of each language
    assert found("--text", '"category": "social"') == whole[:2]
    table = office.run("audit", "show", "--format", "csv", "--what", "domains").stdout
    rows = list(csv.reader(table.splitlines()))
    assert rows[0] == ["seq", "at", "who", "action", "target", "why", "detail", "sentence"]
    assert [row[2:6] for row in rows[1:]] == [
        ["Officer1", "domains add", "a.example", ""],
        ["Officer2", "domains add", "b.example", "'=1+1"],
    ]
    assert json.loads(rows[1][6])["category"] == "social"
    refused = office.run("audit", "show", "--format", "csv", "--json", exit_code=2)
    assert "--json and --format csv are two forms" in refused.stdout + refused.stderr


def test_a_changed_line_is_found(office: Office) -> None:
    office.run("domains", "add", "a.example", "--category", "social")
    office.run("domains", "add", "b.example", "--category", "social")
    [good] = office.json("audit", "verify")
    assert (good["ok"], good["records"]) == (True, 2)
    assert "2 records, unbroken" in office.run("audit", "verify").stdout
    path = office.state / "audit.jsonl"
    path.write_text(path.read_text().replace("a.example", "c.example", 1))
    [bad] = office.json("audit", "verify", exit_code=1)
    assert (bad["ok"], bad["line"]) == (False, 1)
    assert f"{path}:1: was edited" in office.run("audit", "verify", exit_code=1).stdout


def test_nothing_yet(office: Office) -> None:
    assert office.json("audit", "show") == []
    assert office.json("audit", "verify")[0]["ok"] is True


def test_each_form_has_the_same_records(office: Office) -> None:
    office.run("domains", "add", "a.example", "--category", "social", "--reason", "ticket 12")
    as_json = office.run("audit", "show", "--format", "json").stdout
    assert as_json == office.run("audit", "show", "--json").stdout
    (told,) = map(json.loads, as_json.splitlines())
    assert told["sentence"].endswith("Reason: ticket 12.")
    assert told["sentence"] in office.run("audit", "show", "--format", "text").stdout
    assert (told["seq"], told["detail"]["category"], len(told["hash"])) == (1, "social", 64)


def test_a_stretch_that_ends_before_it_begins_is_refused(office: Office) -> None:
    for command in (("audit", "show"), ("history", "list")):
        refused = office.run(*command, "--since", "2026-08-10", "--until", "2026-08-09", exit_code=2)
        assert "2026-08-09 is not after 2026-08-10" in refused.stderr
        office.run(*command, "--since", "2026-08-10", "--until", "2026-08-10")
