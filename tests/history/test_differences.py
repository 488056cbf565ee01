"""Documents, and the sentences about what they do not have in common."""

from __future__ import annotations

from typing import Any

import pytest

from sm_dns.history.differences import MAX_SENTENCES, differences
from sm_dns.lists.index_differences import ListDifference

NOW = 1786334400  # 2026-08-10, 12:00 in Kuala Lumpur
EXEMPTION = {
    **{"id": "e1", "group": "hq", "network": None, "category": None, "service": "facebook"},
    **{"approver": "Head of unit", "reason": "press day", "starts": NOW - 60, "expires": NOW + 3600},
}
POLICY: dict[str, Any] = {
    "schedules": {"default": {"holidays": {"2026-08-31": "Merdeka"}}},
    "default_schedule": "default",
    "groups": [{"name": "hq", "clients": ["10.0.0.0/8"], "mode": "enforce", "schedule": "default"}],
    "categories": [{"name": "social", "action": "schedule", "answer": "sinkhole"}],
    "services": [],
    "exemptions": [EXEMPTION],
    "denied_ttl": 60,
    "generation": 1,
    "version": "a",
}


def said(now: float = NOW, **changed: Any) -> list[str]:
    """The sentences where these keys are others."""
    return [str(each) for each in differences(POLICY, {**POLICY, **changed}, {}, now)]


def test_number_and_hash_of_a_document_are_no_difference() -> None:
    assert said(generation=2, version="b") == []


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        ({"holidays": {}}, "calendar of default: holiday 2026-08-31 was taken away (Merdeka)"),
        (
            {"holidays": {"2026-08-31": "Merdeka", "2026-09-16": "Malaysia"}},
            "calendar of default: holiday 2026-09-16 was added (Malaysia)",
        ),
        (
            {"holidays": {"2026-08-31": "National Day"}},
            "calendar of default: holiday 2026-08-31 is National Day; it was Merdeka",
        ),
        (
            {"extra_workdays": ["2026-08-15"]},
            "calendar of default: extra working day 2026-08-15 was added",
        ),
        (
            {"half_days": {"2026-08-14": "12:15"}},
            "calendar of default: half day 2026-08-14 was added (12:15)",
        ),
        (
            {"periods": [{"first": "2026-08-01", "last": "2026-08-02", "work_start": "08:00"}]},
            'schedule default: the period {"first": "2026-08-01", "last": "2026-08-02", "work_start": "08:00"}'
            " was added",
        ),
        ({"work_start": "08:00"}, "schedule default: work_start is 08:00; it was 07:30"),
        ({"of_tomorrow": [1]}, "schedule default: of_tomorrow is [1]; it was nothing"),
    ],
)
def test_a_schedule(schedule: dict[str, Any], told: str) -> None:
    kept = {} if "holidays" in schedule else POLICY["schedules"]["default"]
    assert said(schedules={"default": {**kept, **schedule}}) == [told]


def test_schedules_come_and_go() -> None:
    assert said(schedules={"lab": {}}) == ["schedule default was taken away", "schedule lab was added"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mode": "monitor"}, "group hq: the mode is monitor; it was enforce"),
        ({"clients": ["10.0.0.0/8", "192.168.1.0/24"]}, "group hq: clients has 192.168.1.0/24 besides"),
        ({"clients": []}, "group hq: clients has 10.0.0.0/8 no more"),
        ({"clients": ["10.1.0.0/16"]}, "group hq: clients is 10.1.0.0/16; it was 10.0.0.0/8"),
        ({"people": ["a"]}, "group hq: people is a; it was nothing"),
    ],
)
def test_a_group(change: dict[str, Any], told: str) -> None:
    assert said(groups=[{**POLICY["groups"][0], **change}]) == [told]


def test_groups_come_and_go_and_their_order_counts() -> None:
    lab = {"name": "lab", "clients": [], "mode": "off", "schedule": "default"}
    both = [POLICY["groups"][0], lab]
    assert said(groups=both) == ["group lab was added: mode off, schedule default"]
    assert said(groups=[]) == ["group hq was taken away"]
    turned = differences({**POLICY, "groups": both}, {**POLICY, "groups": both[::-1]}, {}, NOW)
    assert [str(each) for each in turned] == ["the order of groups is lab, hq"]


def test_a_rule_for_a_service() -> None:
    rule = {"service": "youtube", "action": "schedule", "who": ["group:hq", "staff:a1234"]}
    whom = "the group hq, the member of staff a1234"
    assert said(services=[rule]) == [f"a rule for service youtube was set: schedule for {whom}"]
    before = {**POLICY, "services": [rule]}
    (gone,) = differences(before, POLICY, {}, NOW)
    assert str(gone) == f"the rule for service youtube was taken away: schedule for {whom}"
    (changed,) = differences(before, {**POLICY, "services": [{**rule, "action": "deny"}]}, {}, NOW)
    assert str(changed) == f"the rule for service youtube is deny for {whom}; it was schedule for {whom}"
    both = [{**rule, "who": []}, rule]
    assert said(services=both) == [
        "a rule for service youtube was set: schedule for everybody",
        f"a rule for service youtube was set: schedule for {whom}",
    ]


def test_an_exemption_is_granted_with_whatever_it_says() -> None:
    hours = {"days": [0, 1], "start": 540, "end": 660, "zone": "Asia/Kuala_Lumpur"}
    new = {
        **EXEMPTION,
        "id": "e2",
        "group": None,
        "who": "device:3c:22:fb:01:02:03",
        "hours": hours,
        "limit": 3,
    }
    odd = {**EXEMPTION, "id": "e3", "hours": ["12:00", "13:00"]}
    assert said(exemptions=[EXEMPTION, new, odd]) == [
        "exemption e2 was granted: the device 3c:22:fb:01:02:03 may reach facebook, MON-TUE 09:00-11:00, limit 3,"
        " until 2026-08-10T13:00:00, approved by Head of unit: press day",
        "exemption e3 was granted: the group hq may reach facebook, hours 12:00, 13:00,"
        " until 2026-08-10T13:00:00, approved by Head of unit: press day",
    ]


def test_an_end_by_the_clock_is_another_than_one_by_a_person() -> None:
    end = float(EXEMPTION["expires"])  # type: ignore[arg-type]
    assert said(end, exemptions=[]) == ["exemption e1 came to its end"]
    assert said(end - 1, exemptions=[]) == ["exemption e1 was ended before its time"]


def test_an_exemption_that_is_another_tells_its_times_as_clocks_show_them() -> None:
    later = {**EXEMPTION, "expires": NOW + 7200}
    assert said(exemptions=[later]) == [
        "exemption e1: expires is 2026-08-10T14:00:00; it was 2026-08-10T13:00:00"
    ]


def test_a_category_and_what_nobody_knows_yet() -> None:
    assert said(categories=[{"name": "social", "action": "deny", "answer": "sinkhole"}]) == [
        "category social: action is deny; it was schedule"
    ]
    assert said(denied_ttl=30, switches=[{"who": "hq"}]) == [
        "denied_ttl is 30; it was 60",
        'switches is [{"who": "hq"}]; it was nothing',
    ]


def test_lists_and_their_first_names() -> None:
    lists = {"site:social.txt": ListDifference(7, 1, ["a.example", "b.example"], ["c.example"])}
    (told,) = differences(POLICY, POLICY, lists, NOW)
    assert str(told) == "list site:social.txt: +7 −1 names (+a.example, +b.example, −c.example …)"


def test_a_long_difference_is_bounded() -> None:
    groups = [{"name": f"g{number}", "clients": []} for number in range(MAX_SENTENCES + 10)]
    told = differences({}, {"groups": groups}, {}, NOW)
    assert (len(told), str(told[-1])) == (MAX_SENTENCES + 1, "and 10 further differences")
