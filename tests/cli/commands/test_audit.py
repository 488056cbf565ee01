from __future__ import annotations

from tests.cli.conftest import Office


def test_changes_are_shown(office: Office) -> None:
    office.run("domains", "add", "a.example", "--category", "social", "--reason", "asked\x1b[2J")
    office.run("domains", "add", "b.example", "--category", "social", "--by", "Officer1")
    office.run("calendar", "accept", "2027", "--accept-estimates", "--yes")
    assert len(office.json("audit", "show")) == 3
    assert [
        record["target"] for record in office.json("audit", "show", "--last", "2", "--action", "domains")
    ] == [
        "a.example",
        "b.example",
    ]
    text = office.run("audit", "show").stdout
    assert "Officer1: domains add b.example\n" in text
    assert "(asked\\x1b[2J)" in text


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
