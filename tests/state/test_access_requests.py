"""Requests for a closed site, as they are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.state import access_requests, audit
from sm_dns.state.access_requests import (
    FILE,
    MAX_REQUESTS,
    MAX_WAITING,
    MAX_WAITING_BY_CLIENT,
    AccessRequest,
    Terms,
)
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from tests.support.changes import put

NOW = 1_786_334_400
REQUEST = AccessRequest(
    id="new",
    client="10.1.0.1",
    site="www.facebook.com",
    service="facebook",
    category="social",
    name="Officer One",
    department="Finance",
    purpose="page of the agency",
    made=NOW,
    until=NOW + 3600,
)


def trail(state: Path) -> Trail:
    return Trail(state / audit.FILE, "service", lambda: NOW)


def test_what_is_added_is_read_again_and_the_audit_has_nothing_that_was_typed(tmp_path: Path) -> None:
    made = access_requests.add(tmp_path, REQUEST, trail(tmp_path))
    assert made == replace(REQUEST, id=made.id) and len(made.id) == 8
    assert access_requests.load(tmp_path) == [made]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    text = (tmp_path / audit.FILE).read_text()
    assert "Officer" not in text and "agency" not in text and "www.facebook.com" in text


def test_the_same_again_is_the_same(tmp_path: Path) -> None:
    made = access_requests.add(tmp_path, REQUEST, trail(tmp_path))
    assert access_requests.add(tmp_path, replace(REQUEST, purpose="other"), trail(tmp_path)) == made
    later = replace(REQUEST, made=NOW + 3600, until=NOW + 7200)
    assert access_requests.add(tmp_path, later, trail(tmp_path)).id != made.id


def _each(number: int, until: int = NOW + 3600) -> AccessRequest:
    client = f"10.2.{number // 250}.{number % 250}"
    return replace(REQUEST, id=f"{number:08x}", site=f"{number}.example", client=client, until=until)


def test_one_address_and_all_have_a_bound(tmp_path: Path) -> None:
    for number in range(MAX_WAITING_BY_CLIENT):
        access_requests.add(tmp_path, replace(REQUEST, site=f"{number}.example"), trail(tmp_path))
    with pytest.raises(BadInput, match="too many requests wait"):
        access_requests.add(tmp_path, replace(REQUEST, site="more.example"), trail(tmp_path))
    put(access_requests.written(tmp_path, [_each(number) for number in range(MAX_WAITING)]))
    with pytest.raises(BadInput, match="too many requests wait"):
        access_requests.add(tmp_path, REQUEST, trail(tmp_path))


def test_of_too_many_the_oldest_that_have_ended_go(tmp_path: Path) -> None:
    over = [_each(number, until=NOW - 1) for number in range(MAX_REQUESTS - 1)]
    waits = _each(MAX_REQUESTS)
    put(access_requests.written(tmp_path, [waits, *over]))
    made = access_requests.add(tmp_path, REQUEST, trail(tmp_path))
    assert access_requests.load(tmp_path) == [waits, *over[1:], made]


TERMS = Terms(None, "10.1.0.1/32", None, "facebook", NOW + 1800)


@pytest.mark.parametrize(
    ("request_", "states"),
    [
        (REQUEST, {NOW: "waiting", NOW + 3599: "waiting", NOW + 3600: "expired"}),
        (replace(REQUEST, terms=TERMS), {NOW + 1799: "waiting", NOW + 1800: "expired"}),
        (
            replace(REQUEST, decision="approved", decided=NOW, terms=TERMS, exemption="e"),
            {NOW + 1799: "approved", NOW + 1800: "ended"},
        ),
        (replace(REQUEST, decision="declined", decided=NOW), {NOW: "declined", NOW + 9999: "declined"}),
    ],
)
def test_how_one_stands_to_the_second(request_: AccessRequest, states: dict[int, str]) -> None:
    assert {at: request_.state(at) for at in states} == states


def test_what_has_ended_is_forgotten_in_time_and_that_is_noted(tmp_path: Path) -> None:
    declined = replace(_each(1), decision="declined", decided=NOW)
    waits, over = _each(2, until=NOW + 10**6), _each(3)
    put(access_requests.written(tmp_path, [declined, waits, over]))
    keep = 86_400
    for now, left in (
        (NOW + keep, [declined, waits, over]),
        (NOW + keep + 1, [waits, over]),
        (NOW + 3600 + keep, [waits, over]),
        (NOW + 3601 + keep, [waits]),
    ):
        access_requests.forget(tmp_path, now - keep, now, trail(tmp_path))
        assert access_requests.load(tmp_path) == left
    assert [each.action for each in audit.read(tmp_path / audit.FILE)] == ["access requests forgotten"] * 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [("{}", "not a list"), ("[{}]", "id: missing"), ("nonsense", "not a list"), ("[1]", "mapping")],
)
def test_a_damaged_file_is_told(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInput, match=reason) as raised:
        access_requests.load(tmp_path)
    assert FILE in str(raised.value)


def test_one_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="there is no request"):
        access_requests.find([REQUEST], "x")
