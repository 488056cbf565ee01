"""Records as sentences that people read."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sm_dns.admin.records.audit_text import MAX_LISTED, sentence
from sm_dns.i18n.catalogue import catalogue
from sm_dns.state.chain import Content, Head, Record, sealed

ZONE = ZoneInfo("Asia/Kuala_Lumpur")


def record(action: str, target: str, why: str = "", **detail: Any) -> Record:
    return sealed(Head(), Content("2026-08-10T04:00:00Z", "ana", action, target, why, detail))


def said(one: Record, language: str = "en") -> str:
    return sentence(catalogue(language), one, one.who, ZONE)


def test_a_token_that_never_ends_is_told_so_in_both_languages() -> None:
    token = record("token add", "3f2a", "for the wall screen", label="screen", role="admin", expires=None)
    assert said(token) == (
        "Token created, by ana: 3f2a; label screen, system administrator, never ends. Reason: for the wall screen."
    )
    assert said(token, "ms").endswith(
        "oleh ana: 3f2a; label screen, pentadbir sistem, tiada tarikh tamat. Sebab: for the wall screen."
    )
    ends = record("token add", "3f2a", role="auditor", expires=1786334400)
    assert said(ends) == "Token created, by ana: 3f2a; auditor, ends 2026-08-10 12:00:00."


def test_for_whom_something_is_and_whose_records_were_looked_at() -> None:
    granted = record("exempt add", "e1", group=None, who="staff:a1234", service="facebook")
    assert said(granted) == "Exemption granted, by ana: e1; for the member of staff a1234, service facebook."
    assert "; bagi staf a1234, " in said(granted, "ms")
    turned = record("switch close", "5c70c23a", who=["group:hq", "own-links"])
    assert "for the group hq, whoever is on this server's own links" in said(turned)
    assert said(record("audit viewed", "audit", who="root")).endswith("; by root.")


def test_until_when_staff_ask_is_a_time() -> None:
    asked = record("access request", "9f31c2aa", site="x.example", until=1786334400)
    assert said(asked).endswith("site x.example, until 2026-08-10 12:00:00.")


def test_an_exemption_says_for_whom_what_and_by_whose_approval() -> None:
    granted = record(
        "exempt add",
        "5c70c23a",
        "official page",
        id="5c70c23a",
        group="hq",
        network=None,
        category=None,
        service="facebook",
        approver="Head of CTM",
        reason="official page",
        starts=1786334400,
        expires=1786338000,
        hours={"days": [0, 1], "start": 720, "end": 780, "zone": "Asia/Kuala_Lumpur"},
        through="dashboard",
    )
    assert said(granted) == (
        "Exemption granted, by ana: 5c70c23a; for group hq, service facebook, approved by Head of CTM,"
        " begins 2026-08-10 12:00:00, ends 2026-08-10 13:00:00, hours MON-TUE 12:00-13:00, through the dashboard."
        " Reason: official page."
    )


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (record("newly made", "x", mood={"a": 1}), 'Newly made, by ana: x; mood {"a": 1}.'),
        (record("newly made", ""), "Newly made, by ana."),
        (record("user add", "ben", "first run", role="head"), "Reason: first run."),
        (
            record("x", "a.example b.example", added=["a.example", "b.example"]),
            "X, by ana: a.example b.example.",
        ),
        (record("x", "y", brace="{value} {0}"), "brace {value} {0}."),
        (record("x", "y", since="2026-08-10T04:00:00Z"), "since 2026-08-10 12:00:00."),
        (record("x", "y", added=[str(number) for number in range(MAX_LISTED + 1)]), "8, 9 … (11)."),
        (record("x", "y", empty="", none=None, nothing=[], no=False), "X, by ana: y."),
    ],
)
def test_what_nobody_has_words_for_is_said_all_the_same(one: Record, words: str) -> None:
    assert words in said(one)
