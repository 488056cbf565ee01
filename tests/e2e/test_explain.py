"""`explain --resolve` beside the server that answers: it says what dig is told (the law of `explain`)."""

from __future__ import annotations

import pytest

from tests.support.dig import Told
from tests.support.server import House

WORK, LUNCH = "2026-08-10T10:00:00", "2026-08-10T13:20:00"
QUESTIONS = [
    ("facebook.com", "A"),
    ("facebook.com", "HTTPS"),
    ("www.facebook.com", "AAAA"),
    ("share.corp", "A"),
    ("alias.office", "A"),
    ("printer.office", "A"),
    ("portal.corp", "A"),
    ("nosuch.corp", "A"),
    ("localhost", "A"),
    ("portal.corp", "ANY"),
    ("10.in-addr.arpa", "PTR"),
]


def _data(told: Told) -> list[str]:
    return sorted(f"{record[0].lower()} {record[3]} {record[4]}" for record in told.answer)


@pytest.mark.parametrize("start", [WORK, LUNCH])
def test_what_is_explained_is_what_dig_is_told(house: House, start: str) -> None:
    house.zones.mkdir()
    (house.zones / "local.zone").write_text(
        "10.0.0.9 printer.office\nalias.office. 300 IN CNAME share.corp.\n"
    )
    house.start("--at", start)
    for name, qtype in QUESTIONS:
        (found,) = house.json("explain", name, "--type", qtype, "--resolve", "--at", start)
        told = house.dig(name, qtype, "+notcp")
        assert (found["rcode"], found["ede"]) == (told.status, [*told.ede]), (name, qtype)
        if qtype in ("A", "AAAA"):
            words = [record.split() for record in found["answers"]]
            assert sorted(f"{owner} {rtype} {data}" for owner, _, rtype, data in words) == _data(told), name


def test_the_target_its_list_and_its_line_are_named(house: House) -> None:
    house.start("--at", WORK)
    (found,) = house.json("explain", "share.corp", "--resolve", "--at", WORK)
    assert (found["decision"], found["target"], found["listed"]) == (
        "deny",
        "www.facebook.com",
        "facebook.com",
    )
    assert found["list"] == "shipped:social/facebook.txt"
    assert found["line"]
    text = house.run("explain", "share.corp", "--resolve", "--at", WORK).stdout
    assert "because it points to www.facebook.com" in text
    (unasked,) = house.json("explain", "share.corp", "--at", WORK)
    assert (unasked["decision"], unasked["stage"], unasked["rcode"]) == ("forward", "upstream", None)
