"""Holidays of iCalendar files (RFC 5545)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.admin.calendars.event_file import MAX_EVENTS, MAX_LINE, is_events, read_events
from sm_dns.util.errors import BadInput


def events(*bodies: str) -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{body}\r\nEND:VEVENT\r\n" for body in bodies)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}END:VCALENDAR\r\n"


def told(*bodies: str) -> list[tuple[str, ...]]:
    return [
        (*(day.isoformat() for day in each.days), each.name) for each in read_events(events(*bodies)).days
    ]


def refused(body: str) -> str:
    table = read_events(events(body))
    assert table.days == ()
    assert [each.line for each in table.not_understood] == [3]
    return str(table.not_understood[0].reason)


def test_a_day_with_and_without_its_end() -> None:
    one = "DTSTART;VALUE=DATE:20260831\r\nDTEND;VALUE=DATE:20260901\r\nSUMMARY:Hari Kebangsaan"
    other = "SUMMARY:Hari Malaysia\r\nDTSTART:20260916"
    assert told(one, other) == [("2026-08-31", "Hari Kebangsaan"), ("2026-09-16", "Hari Malaysia")]


def test_the_end_of_several_days_does_not_belong_to_them() -> None:
    days = ("2026-03-21", "2026-03-22", "Raya")
    assert told("DTSTART;VALUE=DATE:20260321\r\nDTEND;VALUE=DATE:20260323\r\nSUMMARY:Raya") == [days]
    assert told("DTSTART;VALUE=DATE:20260321\r\nDURATION:P2D\r\nSUMMARY:Raya") == [days]


def test_folded_lines_parameters_and_escapes() -> None:
    body = (
        'DTSTART;X-A="a:b;c";VALUE=DATE:2026\r\n 0531\r\n'
        "SUMMARY;LANGUAGE=ms:Hari We\r\n sak\\, kedua\\;\r\n\tx\\n y\r\n"
        "BEGIN:VALARM\r\nSUMMARY:Not this\r\nEND:VALARM\r\nDESCRIPTION:Public holiday"
    )
    assert told(body) == [("2026-05-31", "Hari Wesak, kedua;x y")]


def test_lines_end_as_they_like() -> None:
    text = events("DTSTART:20260831\r\nSUMMARY:x")
    assert [len(read_events(text.replace("\r\n", end)).days) for end in ("\n", "\r", "\r\n")] == [1, 1, 1]


def test_what_may_still_change_is_marked() -> None:
    (day,) = read_events(events("DTSTART:20260321\r\nSUMMARY:Hari Raya Puasa (tentative)")).days
    assert (day.name, day.is_estimate) == ("Hari Raya Puasa", True)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("DTSTART:20260831T000000Z\r\nSUMMARY:x", "'20260831T000000Z' is no whole day"),
        ("DTSTART:20260230\r\nSUMMARY:x", "is no whole day"),
        ("DTSTART:00010101\r\nSUMMARY:x", "is no whole day"),
        ("SUMMARY:x", "is no whole day"),
        ("DTSTART:20260831", "has no name"),
        ("DTSTART:20260831\r\nSUMMARY:x\r\nSTATUS:CANCELLED", "x: is cancelled"),
        ("DTSTART:20260831\r\nSUMMARY:x\r\nRRULE:FREQ=YEARLY", "repeated by a rule"),
        ("DTSTART:20260831\r\nDTEND:20260831\r\nSUMMARY:x", "no whole days"),
        ("DTSTART:20260101\r\nDTEND:20261231\r\nSUMMARY:x", "no whole days"),
        ("DTSTART:20260831\r\nDURATION:PT24H\r\nSUMMARY:x", "no whole days"),
    ],
)
def test_what_is_no_holiday_is_named_with_its_line(body: str, reason: str) -> None:
    assert reason in refused(body)


def test_a_file_that_is_cut_off_is_refused() -> None:
    with pytest.raises(BadInput, match="has no end") as caught:
        read_events("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260831\nSUMMARY:x\n")
    assert caught.value.line == 2


def test_there_are_bounds() -> None:
    with pytest.raises(BadInput, match="more than 10000 events"):
        read_events(events(*["SUMMARY:x"] * (MAX_EVENTS + 1)))
    with pytest.raises(BadInput, match="characters"):
        read_events(events("SUMMARY:x\r\n " + "y" * MAX_LINE))


def test_how_such_a_file_is_known() -> None:
    assert is_events("BEGIN:VCALENDAR\n") and is_events("\nbegin:vcalendar\n")
    assert not is_events("Tarikh,Cuti\n") and not is_events("")


_ROWS = st.sampled_from(
    [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "DTSTART:20260831",
        "DTEND:20260901",
        "SUMMARY:x",
        " y",
        "\t",
        "END:X",
        "BEGIN:",
        ":",
        "\\",
    ]
)


@given(st.lists(_ROWS | st.text(max_size=12), max_size=12).map("\n".join))
def test_any_text_is_read_or_bad_input(text: str) -> None:
    try:
        read_events("BEGIN:VCALENDAR\n" + text)
    except BadInput as error:
        assert error.line is not None
