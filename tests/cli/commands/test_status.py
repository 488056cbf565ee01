from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Office


def upstream(address: str, latency: float, **known: object) -> dict[str, Any]:
    """What a worker tells of one."""
    usual = {"resting": False, "failures": 0, "answers": 3, "without_edns": False, "without_tcp": False}
    return {"address": address, "latency_ms": latency, **usual, "trouble": "", **known}


ANSWER: dict[str, Any] = {
    "ok": True,
    "pid": 700,
    "at": "2026-08-10T04:00:00Z",
    "rehearsal": False,
    "uptime_seconds": 7384,
    "listening": ["127.0.0.1:53"],
    "generation": 4,
    "version": "0123456789ab",
    "names": 1331,
    "schedules": [
        {
            "schedule": "default",
            "state": "denied",
            "in_force": False,
            "at": "2026-08-10T12:00:00",
            "reason": "working hours",
            "next_transition": "2026-08-10T13:00:00",
            "seconds_to_transition": 3600,
        }
    ],
    "groups": [
        {
            "group": "hq",
            "for_the_rest": False,
            "schedule": "default",
            "state": "denied",
            "because": "schedule",
            "reason": "working hours",
            "exemptions": [],
            "until": "2026-08-10T13:00:00",
            "timezone": "Asia/Kuala_Lumpur",
            "seconds": 3600,
        },
        {
            "group": "default",
            "for_the_rest": True,
            "schedule": "default",
            "state": "permitted",
            "because": "off",
            "reason": "the group is off",
            "exemptions": [],
            "until": None,
            "timezone": "Asia/Kuala_Lumpur",
            "seconds": None,
        },
    ],
    "last_flip": {"schedule": "default", "state": "denied", "at": "2026-08-09T23:30:00Z", "lag_ms": 3},
    "last_error": None,
    "left_out": [],
    "findings": [{"level": "warning", "text": "the calendar of 2027 is not accepted"}],
    "alarms": [{"at": "2026-08-10T03:00:00Z", "text": "list big kept: \x1b[2Jgone"}],
    "web": {"pid": 702, "restarts": 0, "listening": ["http://127.0.0.1:8053"], "problem": ""},
    "monitoring": {"waiting": 3, "lost": 0, "staff": 1500, "devices": 1900, "random_devices": 12},
    "portal": None,
    "workers": [
        {
            "number": 0,
            "pid": 701,
            "restarts": 1,
            "queries_udp": 150,
            "queries_tcp": 50,
            "memo_hits": 100,
            "cache_entries": 9,
            "compiled": True,
            "drains_compiled": 1,
            "listeners_udp": 2,
            "upstreams": [
                upstream("192.0.2.1:53", 12.5),
                upstream("192.0.2.2:53", 50.0, resting=True),
                upstream("192.0.2.3:53", 50.0, answers=0),
                upstream("192.0.2.4:53", 7.0, without_edns=True, without_tcp=True),
                upstream(
                    "tls://dns.example@192.0.2.5:853",
                    50.0,
                    resting=True,
                    answers=0,
                    trouble="its certificate is not accepted: expired",
                ),
            ],
        },
        {"number": 1, "pid": None, "restarts": 0},
    ],
}


def _shown(office: Office, exit_code: int = 0, **changes: object) -> str:
    with office.server({**ANSWER, **changes}) as asked:
        out = office.run("status", exit_code=exit_code).stdout
    assert asked == [{"command": "status"}]
    return out


def test_a_person_reads_all_of_it(office: Office) -> None:
    out = _shown(office)
    for line in (
        "running (pid 700) for 2 h 3 min on 127.0.0.1:53",
        "social media for group hq: DENIED until 2026-08-10T13:00:00 Asia/Kuala_Lumpur (in 1 h 0 min), working hours",
        "social media for group default (private addresses in no other group): PERMITTED, the group is off",
        "policy: generation 4, version 0123456789ab, 1331 names",
        "last flip: default denied at 2026-08-09T23:30:00Z, noticed 3 ms later",
        "worker 0 (pid 701): 200 queries, 50 % replayed, 9 answers cached, 1 restarts,"
        " compiled, its drain on 1 of 2 addresses",
        "  upstream 192.0.2.1:53: 12.5 ms",
        "  upstream 192.0.2.2:53: resting",
        "  upstream 192.0.2.3:53: not asked yet",
        "  upstream 192.0.2.4:53: 7.0 ms, does not take EDNS, no TCP",
        "  upstream tls://dns.example@192.0.2.5:853: resting, its certificate is not accepted: expired",
        "worker 1: DOWN",
        "dashboard: http://127.0.0.1:8053, 0 restarts",
        "warning: the calendar of 2027 is not accepted",
    ):
        assert line in out.splitlines()
    assert "REHEARSAL" not in out and "NOT RELOADED" not in out


def test_what_is_not_as_it_should_be_stands_first_and_is_the_exit_code(office: Office) -> None:
    text = "listen 10.1.2.9:53 is left out since 2026-08-10T03:00:00Z: this host has no such address"
    out = _shown(office, 3, findings=[*ANSWER["findings"], {"level": "error", "text": text}])
    assert out.splitlines()[1] == f"error: {text}"
    assert out.count("error: ") == 1


def test_why_nothing_is_compiled_is_told(office: Office) -> None:
    reason = "there was no C compiler when it was installed"
    assert f"pure Python: {reason}\n" in _shown(office, not_compiled=reason)
    assert "pure Python" not in _shown(office, not_compiled=None)


def test_a_dashboard_that_does_not_run_is_told(office: Office) -> None:
    web: dict[str, Any] = {"pid": None, "restarts": 4, "listening": [], "problem": "ended with code 1"}
    assert "dashboard: DOWN: ended with code 1\n" in _shown(office, web=web)
    assert "dashboard" not in _shown(office, web=None)


def test_the_portal_is_shown_where_there_is_one(office: Office) -> None:
    running = {"pid": 702, "restarts": 1, "requests": 40, "turned_away": 2}
    assert "portal (pid 702): 40 requests, 2 turned away, 1 restarts" in _shown(office, portal=running)
    assert "portal: DOWN" in _shown(office, portal={"pid": None, "restarts": 1})
    assert "portal" not in _shown(office, portal=None)


def test_what_others_wrote_cannot_paint_on_the_terminal(office: Office) -> None:
    out = _shown(office, 3, last_error="/etc/x.txt:3: \x1b[31mbad")
    assert "\x1b" not in out
    assert "NOT RELOADED: /etc/x.txt:3: \\x1b[31mbad" in out


def test_a_rehearsal_and_a_young_server_are_told(office: Office) -> None:
    out = _shown(office, rehearsal=True, uptime_seconds=65, last_flip=None)
    assert "REHEARSAL: its clock shows 2026-08-10T12:00:00" in out
    assert "for 1 min 5 s" in out
    assert "last flip" not in out


def test_programs_read_the_answer_itself(office: Office) -> None:
    with office.server(ANSWER):
        (line,) = office.json("status")
    assert line == json.loads(json.dumps(ANSWER))


def test_no_server_is_a_failure(office: Office) -> None:
    assert office.run("status", exit_code=1).stdout == "not running\n"
    assert office.json("status", exit_code=1) == [{"ok": False, "error": "not running"}]


def test_a_running_server_is_shown_though_its_configuration_is_broken(office: Office) -> None:
    office.config.write_text(office.config.read_text() + "workrs: 2\n")
    with office.server({**ANSWER, "config": str(office.config)}):
        out = office.run("status", exit_code=3).stdout
    assert out.startswith("running (pid 700)")
    assert (
        f"error: the configuration cannot be used, the server goes on by the one before: {office.config}:"
        in out
    )
    with office.server({**ANSWER, "config": str(office.config)}):
        (line,) = office.json("status", exit_code=3)
    assert line["ok"]
    assert "did you mean 'workers'" in line["findings"][0]["text"]
    assert line["findings"][1:] == ANSWER["findings"]


def test_a_server_of_another_configuration_is_not_shown_instead(office: Office) -> None:
    office.config.write_text(office.config.read_text() + "workrs: 2\n")
    with office.server({**ANSWER, "config": "/etc/other.yaml"}):
        assert "did you mean 'workers'" in office.run("status", exit_code=2).stderr


def test_a_broken_configuration_without_a_server_is_told(office: Office) -> None:
    office.config.write_text("half of\n")
    assert str(office.config) in office.run("status", exit_code=2).stderr
