from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.monitor.identity.logons import forms, logon
from sm_dns.monitor.identity.logons.logon import Event, Events
from sm_dns.policy.clients.devices import hardware
from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import canonical

NOON = 1_786_334_400.0
WRITTEN = Written(NOON, ZoneInfo("Asia/Kuala_Lumpur"))
PC = "3c:22:fb:01:02:03"
DETAIL = """\
Mon Aug 10 12:00:00 2026
\tAcct-Session-Id = "5C3A0001"
\tAcct-Status-Type = Start
\tUser-Name = "OFFICE\\\\\\\\Officer1"
\tCalling-Station-Id = "3C-22-FB-01-02-03"
\tFramed-IP-Address = 10.0.0.11
\tAcct-Delay-Time = 2
\tTimestamp = 1786334400

Mon Aug 10 12:10:00 2026
\tUser-Name = "officer1"
\tAcct-Status-Type = Stop
\tCalling-Station-Id = "3c:22:fb:01:02:03"
\tTimestamp = 1786335000

Mon Aug 10 12:11:00 2026
\tUser-Name = "host/pc-017.office.example"
\tAcct-Status-Type = Start
\tCalling-Station-Id = "3c:22:fb:01:02:04"
\tTimestamp = 1786335060

Mon Aug 10 12:11:00 2026
\tAcct-Status-Type = Accounting-On
\tNAS-IP-Address = 10.0.0.3
\tTimestamp = 1786335060
""".replace("\\\\\\\\", "\\\\")
CSV = """\
Time;User;Address;Machine;Device
2026-08-10T12:00:00+08:00;OFFICE\\officer1;::ffff:10.0.0.11;PC-017;
10/8/2026 12:00:00;officer2@office.example;;;3C-22-FB-01-02-03
1786334400;PC-017$;10.0.0.12;;
1786334400;officer3;;;
nonsense
"""
JSON = """\
{"time": "2026-08-10T04:00:00.0000000Z", "user": "officer1", "address": "10.0.0.11", "event": "logon"}
{"time": 1786334400, "user": "officer1", "address": "10.0.0.11", "event": "logoff"}
{"time": 1786334400, "user": "officer1", "address": "10.0.0.11", "event": "slept"}
[1]
{
"""


def test_accounting_of_freeradius() -> None:
    assert forms.read(DETAIL, "", WRITTEN) == (
        Events(
            (
                Event(NOON - 2, "officer1", PC, "10.0.0.11", False),
                Event(NOON + 600, "officer1", PC, None, True),
            ),
            2,
        ),
        "freeradius",
    )


def test_a_csv_that_a_site_writes() -> None:
    assert forms.read(CSV, "", WRITTEN) == (
        Events(
            (Event(NOON, "officer1", None, "10.0.0.11", False), Event(NOON, "officer2", PC, None, False)), 3
        ),
        "csv",
    )


def test_json_lines_that_a_site_writes() -> None:
    assert forms.read(JSON, "", WRITTEN) == (
        Events(
            (
                Event(NOON, "officer1", None, "10.0.0.11", False),
                Event(NOON, "officer1", None, "10.0.0.11", True),
            ),
            3,
        ),
        "json",
    )


@pytest.mark.parametrize("time", ["10/8/2026 12:00:00", "8/10/2026 12:00:00 PM", "1786334400.25"])
def test_the_order_of_days_and_months_is_found(time: str) -> None:
    """A logon that is read as months ahead would be nobody's."""
    text = f"time,user,address\n{time},officer1,10.0.0.11\n"
    assert forms.read(text, "", WRITTEN)[0].events == (Event(NOON, "officer1", None, "10.0.0.11", False),)


def test_a_form_that_is_given_is_not_guessed() -> None:
    assert forms.read(CSV, "freeradius", WRITTEN) == (Events((), 0), "freeradius")
    assert forms.read("", "csv", WRITTEN) == (Events((), 0), "csv")
    assert forms.read("\n# nothing\n", "", WRITTEN) == (Events((), 0), "")
    with pytest.raises(BadInput, match="of no known form; tried were csv, freeradius, json"):
        forms.read("hello", "", WRITTEN)


def test_events_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logon, "MAX_EVENTS", 1)
    for text in (DETAIL, CSV, JSON):
        with pytest.raises(BadInput, match="more than 1 logons"):
            forms.read(text, "", WRITTEN)


hostile = st.text(alphabet=st.sampled_from('\t\n{}":,;= \\$@0123abcf.\x00²é'), max_size=80)


@given(
    st.sampled_from([DETAIL, CSV, JSON, ""]),
    st.integers(0, 400),
    hostile,
    st.sampled_from(["", *forms.NAMES]),
)
def test_any_text_is_clean_events_or_words(text: str, at: int, new: str, name: str) -> None:
    try:
        found, _ = forms.read(text[:at] + new + text[at + 1 :], name, WRITTEN)
    except BadInput as error:
        assert "no known form" in str(error.reason)
        return
    for event in found.events:
        assert event.staff == event.staff.casefold() and event.staff.isprintable()
        assert event.device is None or hardware(event.device) == event.device
        assert event.address is None or canonical(event.address) == event.address
        assert event.device or event.address
