from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.policy.decide import Decision, decide
from sm_dns.policy.snapshot import Snapshot
from tests.policy.office import GUEST, HQ, LATER, ROWS, UMP, at, client, exemption, office

WORK, REST, EVENING, SUNDAY = (
    at(text) for text in ("2026-08-10T10:00", "2026-08-10T13:15", "2026-08-10T20:00", "2026-08-16T12:00")
)
EIGHT, NINE = at("2026-08-10T08:00"), at("2026-08-10T09:00")
ELEVEN, ONE, TWO = at("2026-08-10T11:00"), at("2026-08-10T13:00"), at("2026-08-10T14:00")


def ask(snapshot: Snapshot, address: str, name: str, now: float) -> Decision:
    return decide(snapshot, client(snapshot, address), from_text(name), now)


def brief(decision: Decision) -> tuple[str, str, int | None]:
    return decision.action, decision.reason_code, decision.valid_until


@pytest.mark.parametrize(
    ("name", "now", "expected"),
    [
        ("facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        ("www.facebook.com", REST, ("permit", "REST", TWO)),
        ("facebook.com", TWO - 0.001, ("permit", "REST", TWO)),
        ("facebook.com", TWO, ("deny", "WORKING_HOURS", at("2026-08-10T17:30"))),
        ("facebook.com", EVENING, ("permit", "AFTER_HOURS", at("2026-08-11T07:30"))),
        ("notfacebook.com", WORK, ("forward", "NOT_LISTED", None)),
        ("facebook.com.example", WORK, ("forward", "NOT_LISTED", None)),
        ("exact.example", WORK, ("deny", "WORKING_HOURS", ONE)),
        ("www.exact.example", WORK, ("forward", "NOT_LISTED", None)),
        # Streaming is denied inside windows too, and beats social whichever name is longer.
        ("video.facebook.com", REST, ("deny", "STREAMING", None)),
        ("youtube.com", REST, ("deny", "STREAMING", None)),
        ("www.youtube.com", SUNDAY, ("deny", "STREAMING", None)),
        ("dns.google", SUNDAY, ("deny", "BYPASS", None)),
        ("video.dns.google", SUNDAY, ("deny", "STREAMING", None)),
        ("use-application-dns.net", SUNDAY, ("deny", "BYPASS_SIGNAL", None)),
        ("games.example", SUNDAY, ("deny", "CATEGORY_DENIED", None)),
        ("whatsapp.com", WORK, ("permit", "CATEGORY_PERMITTED", None)),
        # Listed as messaging below a social name: social decides.
        ("chat.facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        ("press.facebook.com", WORK, ("permit", "ALLOW_LIST", None)),
        # A list whose category is not configured governs nothing.
        ("lost.example", WORK, ("forward", "NOT_LISTED", None)),
    ],
)
def test_a_group_that_enforces(name: str, now: float, expected: tuple[str, str, int | None]) -> None:
    assert brief(ask(office(), HQ, name, now)) == expected


@pytest.mark.parametrize(
    ("name", "category", "answer"),
    [
        ("facebook.com", "social", "sinkhole"),
        (
            "games.example",
            "games",
            "nodata",
        ),  # the first of the denied in the order configured; its line's answer
        ("dns.google", "bypass", "nxdomain"),
        ("use-application-dns.net", "bypass", "nxdomain"),
        ("mask.icloud.com", "bypass", "nxdomain"),
        ("relay.example", "bypass", "nxdomain"),  # an address would not be a signal
        ("chat.facebook.com", "social", "sinkhole"),
    ],
)
def test_which_listing_decides_and_how_it_is_answered(name: str, category: str, answer: str) -> None:
    decision = ask(office(), HQ, name, WORK)
    assert decision.match is not None
    assert (decision.match.tag.category, decision.answer) == (category, answer)


def test_a_signal_keeps_a_negative_answer_of_its_own_category() -> None:
    categories = [{"name": "bypass", "action": "deny", "answer": "nodata"}]
    assert ask(office(categories=categories), HQ, "mask.icloud.com", WORK).answer == "nodata"


def test_the_most_specific_listing_of_the_deciding_category_is_reported() -> None:
    decision = ask(office(), HQ, "www.video.facebook.com", WORK)
    assert decision.match is not None
    assert decision.match.name == from_text("video.facebook.com")


def test_two_subnets_two_results() -> None:
    snapshot = office()
    seen = {address: brief(ask(snapshot, address, "youtube.com", WORK)) for address in (HQ, UMP, GUEST)}
    assert seen == {
        HQ: ("deny", "STREAMING", None),
        UMP: ("permit", "STREAMING", None),
        GUEST: ("forward", "GROUP_OFF", None),
    }
    assert ask(snapshot, UMP, "youtube.com", WORK).would_deny
    assert not ask(snapshot, GUEST, "youtube.com", WORK).would_deny


def test_monitor_tells_what_would_have_been_denied_and_when_that_ends() -> None:
    snapshot = office()
    denied = ask(snapshot, UMP, "facebook.com", WORK)
    assert (*brief(denied), denied.would_deny, denied.opens_at) == (
        "permit",
        "WORKING_HOURS",
        ONE,
        True,
        None,
    )
    permitted = ask(snapshot, UMP, "facebook.com", REST)
    assert (*brief(permitted), permitted.would_deny) == ("permit", "REST", TWO, False)


@pytest.mark.parametrize("address", [UMP, LATER])
@pytest.mark.parametrize("name", ["use-application-dns.net", "mask.icloud.com"])
def test_only_signal_names_are_answered_negatively_in_monitor_and_only_by_the_switch(
    address: str, name: str
) -> None:
    assert ask(office(), address, name, WORK).action == "permit"
    switched = office(signals_in_monitor=True)
    assert brief(ask(switched, address, name, WORK))[:2] == ("deny", "BYPASS_SIGNAL")
    assert ask(switched, address, "dns.google", WORK).action == "permit"


def test_not_yet_in_force() -> None:
    snapshot = office()
    start = at("2026-08-10T13:30")
    cases = {
        ("facebook.com", WORK): ("permit", "NOT_IN_FORCE", ONE, True),
        ("facebook.com", ONE): ("permit", "REST", TWO, False),
        ("youtube.com", WORK): ("permit", "NOT_IN_FORCE", start, True),
        ("youtube.com", start - 0.001): ("permit", "NOT_IN_FORCE", start, True),
        ("youtube.com", start): ("deny", "STREAMING", None, False),
        ("facebook.com", TWO): ("deny", "WORKING_HOURS", at("2026-08-10T17:30"), False),
        ("www.example", WORK): ("forward", "NOT_LISTED", None, False),
    }
    for (name, now), expected in cases.items():
        decision = ask(snapshot, LATER, name, now)
        assert (*brief(decision), decision.would_deny) == expected, (name, now)


@pytest.mark.parametrize(
    ("changes", "name", "now", "expected"),
    [
        ({}, "facebook.com", EIGHT, ("deny", "WORKING_HOURS", NINE)),
        ({}, "facebook.com", NINE, ("permit", "EXEMPTION", ELEVEN)),
        ({}, "facebook.com", WORK, ("permit", "EXEMPTION", ELEVEN)),
        ({}, "facebook.com", ELEVEN - 0.001, ("permit", "EXEMPTION", ELEVEN)),
        ({}, "facebook.com", ELEVEN, ("deny", "WORKING_HOURS", ONE)),
        # An exemption that begins inside a window changes the decision too.
        (
            {"starts": ONE + 60, "expires": EVENING},
            "facebook.com",
            ONE,
            ("permit", "REST", ONE + 60),
        ),
        # A social exemption does not open what counts as streaming, nor another category.
        ({}, "youtube.com", WORK, ("deny", "STREAMING", None)),
        ({}, "dns.google", WORK, ("deny", "BYPASS", None)),
        ({"category": "streaming"}, "youtube.com", WORK, ("permit", "EXEMPTION", ELEVEN)),
        (
            {"category": "streaming"},
            "youtube.com",
            EIGHT,
            ("deny", "STREAMING", NINE),
        ),
        ({"category": None, "service": "youtube"}, "youtube.com", WORK, ("permit", "EXEMPTION", ELEVEN)),
        ({"category": None, "service": "facebook"}, "youtube.com", WORK, ("deny", "STREAMING", None)),
        ({"category": "bypass"}, "dns.google", WORK, ("permit", "EXEMPTION", ELEVEN)),
        # Nothing to exempt: not a use of the exemption.
        ({"category": "messaging"}, "whatsapp.com", WORK, ("permit", "CATEGORY_PERMITTED", None)),
        ({"category": "allow"}, "press.facebook.com", WORK, ("permit", "ALLOW_LIST", None)),
        # Other clients.
        ({"group": "ump"}, "facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
        ({"group": None, "network": "10.1.0.1/32"}, "facebook.com", WORK, ("permit", "EXEMPTION", ELEVEN)),
        ({"group": None, "network": "10.1.0.2/32"}, "facebook.com", WORK, ("deny", "WORKING_HOURS", ONE)),
    ],
)
def test_an_exemption(
    changes: dict[str, Any], name: str, now: float, expected: tuple[str, str, int | None]
) -> None:
    decision = ask(office(exemptions=[exemption(**changes)]), HQ, name, now)
    assert brief(decision) == expected
    assert decision.exemption == ("E1" if expected[1] == "EXEMPTION" else None)


MORNINGS = {"days": [0, 1, 2, 3, 4], "start": 9 * 60, "end": 11 * 60, "zone": "Asia/Kuala_Lumpur"}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-08-11T08:59:59", ("deny", "WORKING_HOURS", "2026-08-11T09:00")),
        ("2026-08-11T09:00:00", ("permit", "EXEMPTION", "2026-08-11T11:00")),
        ("2026-08-11T10:59:59", ("permit", "EXEMPTION", "2026-08-11T11:00")),
        ("2026-08-11T11:00:00", ("deny", "WORKING_HOURS", "2026-08-11T13:00")),
        ("2026-08-11T14:00:00", ("deny", "WORKING_HOURS", "2026-08-11T17:30")),
        # The night is open anyway; what decides changes in the morning.
        ("2026-08-11T18:00:00", ("permit", "AFTER_HOURS", "2026-08-12T07:30")),
        ("2026-08-13T10:29:59", ("permit", "EXEMPTION", "2026-08-13T10:30")),
        ("2026-08-13T10:30:00", ("deny", "WORKING_HOURS", "2026-08-13T13:00")),
    ],
)
def test_an_exemption_outside_its_hours_is_not_in_force(moment: str, expected: tuple[str, str, str]) -> None:
    weekly = exemption(expires=at("2026-08-13T10:30"), hours=MORNINGS)
    action, reason_code, until = expected
    decision = ask(office(exemptions=[weekly]), HQ, "facebook.com", at(moment))
    found = (decision.action, decision.reason_code, decision.valid_until, decision.exemption)
    assert found == (action, reason_code, at(until), "E1" if reason_code == "EXEMPTION" else None)


def test_a_denied_name_opens_with_the_hours_or_with_an_exemption_before_them() -> None:
    snapshot = office(exemptions=[exemption(expires=at("2026-08-20T10:30"), hours=MORNINGS)])
    assert ask(snapshot, HQ, "facebook.com", at("2026-08-11T08:00")).opens_at == at("2026-08-11T09:00")
    assert ask(snapshot, HQ, "facebook.com", at("2026-08-11T11:00")).opens_at == at("2026-08-11T13:00")
    streaming = exemption(category="streaming", expires=at("2026-08-20T10:30"), hours=MORNINGS)
    closed = ask(office(exemptions=[streaming]), HQ, "youtube.com", at("2026-08-11T08:00"))
    assert (closed.reason_code, closed.opens_at) == ("STREAMING", None)


def test_one_that_begins_again_meanwhile_is_an_edge() -> None:
    weekly = exemption(id="E2", expires=at("2026-09-10T09:00"), hours=MORNINGS)
    short = exemption(expires=at("2026-08-11T10:00"))
    snapshot = office(exemptions=[short, weekly])
    before = ask(snapshot, HQ, "facebook.com", at("2026-08-10T12:00"))
    assert (before.exemption, before.valid_until) == ("E1", at("2026-08-11T09:00"))
    after = ask(snapshot, HQ, "facebook.com", at("2026-08-11T09:00"))
    assert (after.exemption, after.valid_until) == ("E2", at("2026-08-11T11:00"))


def test_of_several_exemptions_the_longest_is_used() -> None:
    longer = exemption(id="E2", expires=EVENING)
    decision = ask(office(exemptions=[exemption(), longer, exemption(id="E3")]), HQ, "facebook.com", WORK)
    assert (decision.exemption, decision.valid_until) == ("E2", EVENING)


def test_what_a_permitted_name_points_to_is_judged_only_where_a_window_permits_it() -> None:
    snapshot = office(exemptions=[exemption()])
    settled = {
        name: ask(snapshot, HQ, name, now).settled
        for name, now in {
            "press.facebook.com": WORK,
            "whatsapp.com": WORK,
            "facebook.com": WORK,
            "exact.example": REST,
        }.items()
    }
    assert settled == {
        "press.facebook.com": True,
        "whatsapp.com": True,
        "facebook.com": True,
        "exact.example": False,
    }


def test_the_next_opening_is_told_for_scheduled_names_only() -> None:
    snapshot = office(exemptions=[exemption(category="streaming", starts=WORK + 60)])
    assert ask(snapshot, HQ, "facebook.com", WORK).opens_at == ONE
    assert ask(snapshot, HQ, "youtube.com", WORK).opens_at is None
    assert ask(snapshot, HQ, "facebook.com", REST).opens_at is None


addresses = st.sampled_from([HQ, UMP, GUEST, LATER])
listed = st.sampled_from(sorted({text for text, _, _ in ROWS} | {"www.example", "www.facebook.com"}))
BEGIN = at("2026-08-10T00:00")
moments = st.integers(BEGIN, BEGIN + 8 * 86400) | st.floats(BEGIN, BEGIN + 8 * 86400)
drawn_hours = st.builds(
    lambda days, start, end, zone: {"days": sorted(days), "start": start, "end": end, "zone": zone},
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(1, 1439),
    st.integers(0, 1440),
    st.sampled_from(["Asia/Kuala_Lumpur", "Europe/Berlin"]),
).filter(lambda hours: hours["start"] != hours["end"])
drawn_exemptions = st.lists(
    st.builds(
        exemption,
        id=st.sampled_from(["E1", "E2", "E3"]),
        group=st.sampled_from(["hq", "ump", "later"]),
        category=st.sampled_from(["social", "streaming", "bypass", "games"]),
        service=st.sampled_from([None, None, "facebook", "youtube"]),
        starts=st.integers(BEGIN - 86400, BEGIN + 4 * 86400),
        expires=st.integers(BEGIN + 4 * 86400 + 1, BEGIN + 8 * 86400),
        hours=st.none() | drawn_hours,
    ),
    max_size=3,
)
schedules = st.sampled_from(
    [
        {},
        {"weekend_mode": "closed", "no_after_hours_weekdays": ["FRI"]},
        {"holidays": {"2026-08-12": "a holiday"}, "rest_by_weekday": {}},
        {"effective_from": "2026-08-12T10:10:00"},
    ]
)


@given(drawn_exemptions, schedules, listed, moments)
def test_monitor_denies_nothing(
    exemptions: list[dict[str, Any]], schedule: dict[str, Any], name: str, now: float
) -> None:
    snapshot = office(exemptions=exemptions, schedules={"default": schedule, "later": schedule})
    assert ask(snapshot, UMP, name, now).action != "deny"


@given(drawn_exemptions, schedules, addresses, listed, moments, st.floats(0, 1, exclude_max=True))
def test_a_decision_holds_until_the_instant_it_names(
    exemptions: list[dict[str, Any]],
    schedule: dict[str, Any],
    address: str,
    name: str,
    now: float,
    share: float,
) -> None:
    snapshot = office(exemptions=exemptions, schedules={"default": schedule, "later": schedule})
    decision = ask(snapshot, address, name, now)
    assert decision.valid_until is None or decision.valid_until > now
    end = now + 30 * 86400 if decision.valid_until is None else decision.valid_until
    later = now + share * (end - now)
    if later < end:
        # The reason code tells the instant; everything else is what was promised.
        assert replace(ask(snapshot, address, name, later), reason_code=decision.reason_code) == decision


@given(drawn_exemptions, schedules, listed, moments)
def test_monitor_notes_exactly_what_enforce_denies(
    exemptions: list[dict[str, Any]], schedule: dict[str, Any], name: str, now: float
) -> None:
    modes = {
        mode: [{"name": "hq", "clients": ["10.1.0.0/16"], "mode": mode}] for mode in ("enforce", "monitor")
    }
    enforced, noted = (
        ask(
            office(
                exemptions=exemptions,
                schedules={"default": {**schedule, "effective_from": None}},
                groups=groups,
            ),
            HQ,
            name,
            now,
        )
        for groups in modes.values()
    )
    assert noted.would_deny == (enforced.action == "deny")
    assert noted.valid_until == enforced.valid_until
    assert noted.match == enforced.match
