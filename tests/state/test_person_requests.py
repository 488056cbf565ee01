from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.state import person_requests
from sm_dns.state.person_requests import PersonRequest, approved, draft, permitted
from sm_dns.util.errors import BadInput
from tests.support.changes import put

NOW = 1_000_000.0
REASON = "inquiry KP/12 of the head"
PEOPLE = st.sampled_from(["officer4", "rahman", "ali"])


def made(requester: str = "officer4", *, seconds: int = 3600) -> PersonRequest:
    days = (date(2010, 1, 3), date(2010, 1, 8))
    return draft(
        staff=" A1234",
        first=days[0],
        last=days[1],
        requester=requester,
        reason=REASON,
        now=NOW,
        seconds=seconds,
    )


def test_a_staff_key_is_written_as_the_staff_map_writes_it() -> None:
    assert made().staff == "a1234"


@given(PEOPLE, PEOPLE, PEOPLE, st.sets(PEOPLE), st.integers(-10, 7300), st.integers(-10, 7300))
def test_whoever_sees_has_the_word_of_another_in_time(
    requester: str, approver: str, reader: str, approvers: set[str], approved_at: int, shown_at: int
) -> None:
    request = made(requester)
    try:
        request = approved(request, who=approver, approvers=approvers, reason=REASON, now=NOW + approved_at)
        permitted(request, who=reader, approvers=approvers, now=NOW + shown_at)
    except BadInput:
        return
    assert approver != requester == reader
    assert approver in approvers
    assert 0 <= approved_at < 3600 and 0 <= shown_at < 3600


def test_what_is_in_order_is_permitted() -> None:
    request = approved(made(), who="rahman", approvers=["rahman"], reason=REASON, now=NOW + 1)
    permitted(request, who="officer4", approvers=["rahman"], now=NOW + 3599)
    with pytest.raises(BadInput, match="could not approve"):
        permitted(request, who="officer4", approvers=[], now=NOW + 2)  # no approver any more


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"staff": " "}, "say whom"),
        ({"staff": "a\x1b[2J"}, "say whom"),
        ({"reason": "x" * 1001}, "write a reason"),
        ({"seconds": 0}, "7 days at most"),
        ({"last": date(2010, 1, 2)}, "before it begins"),
    ],
)
def test_a_bad_request_is_none(change: dict[str, object], reason: str) -> None:
    given = {"staff": "a1234", "first": date(2010, 1, 3), "last": date(2010, 1, 8), "requester": "officer4"}
    with pytest.raises(BadInput, match=reason):
        draft(**{**given, "reason": REASON, "now": NOW, "seconds": 60, **change})  # type: ignore[arg-type]


def test_requests_are_kept_for_few_eyes(tmp_path: Path) -> None:
    first, second = made(), made("ali")
    for each in (first, second, replace(first, approver="rahman")):
        put(person_requests.saved(tmp_path, each))
    assert person_requests.load(tmp_path) == [second, replace(first, approver="rahman")]
    assert person_requests.find(tmp_path, second.id) == second
    assert stat.S_IMODE((tmp_path / person_requests.FILE).stat().st_mode) == 0o600
    with pytest.raises(BadInput, match="no request"):
        person_requests.find(tmp_path, "none")


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    for text in ("{", "[1]", '[{"first": "x"}]', '[{"first": "2010-01-01", "last": "2010-01-01", "odd": 1}]'):
        (tmp_path / person_requests.FILE).write_text(text)
        with pytest.raises(BadInput, match="not a list of requests"):
            person_requests.load(tmp_path)


def test_there_is_an_end_to_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_requests, "MAX_REQUESTS", 1)
    request = made()
    put(person_requests.saved(tmp_path, request))
    put(person_requests.saved(tmp_path, request))
    with pytest.raises(BadInput, match="1 requests already"):
        person_requests.saved(tmp_path, made())
