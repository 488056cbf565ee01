from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sm_dns.ipc.figures import PortalFigures, UpstreamFigures
from sm_dns.ipc.status import Alarm, PortalStatus, Subjects, WebStatus
from sm_dns.ipc.status_json import status_json
from sm_dns.policy.status import GroupRow
from sm_dns.state.transitions import Flip
from sm_dns.util.finding import Finding
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.typed_json import to_json
from tests.cli.conftest import Office
from tests.support.contracts import (
    FIGURES,
    GROUP_ROW,
    MONITORING,
    NEVER,
    PORTAL_DOWN,
    SCHEDULE_STATE,
    STATUS,
    UPSTREAM,
    WORKER,
    WORKER_DOWN,
)


def upstream(address: str, latency: float, answers: int = 3, **known: Any) -> UpstreamFigures:
    """What a worker tells of one."""
    return replace(UPSTREAM, address=address, latency_ms=latency, answers=answers, **known)


ANSWER = replace(
    STATUS,
    pid=700,
    uptime_seconds=7384,
    listening=("127.0.0.1:53",),
    generation=4,
    version="0123456789ab",
    names=1331,
    schedules=(replace(SCHEDULE_STATE, in_force=False),),
    groups=(
        replace(GROUP_ROW, group="hq"),
        GroupRow(
            group="default",
            for_the_rest=True,
            schedule="default",
            state="permitted",
            because="off",
            reason="the group is off",
            exemptions=(),
            until=None,
            timezone="Asia/Kuala_Lumpur",
            seconds=None,
        ),
    ),
    last_flip=Flip("2026-08-09T23:30:00Z", "default", "denied", "WORKING_HOURS", 3),
    findings=(Finding("warning", Message("the calendar of 2027 is not accepted")),),
    alarms=(Alarm("2026-08-10T03:00:00Z", Message("list big kept: \x1b[2Jgone")),),
    web=WebStatus(702, 0, ("http://127.0.0.1:8053",), NOTHING),
    monitoring=replace(MONITORING, waiting=3, subjects=Subjects(devices=1900, random_devices=12, staff=1500)),
    workers=(
        replace(
            WORKER,
            pid=701,
            restarts=1,
            figures=replace(
                FIGURES,
                queries_udp=150,
                queries_tcp=50,
                memo_hits=100,
                cache_entries=9,
                compiled=True,
                drains_compiled=1,
                listeners_udp=2,
                upstreams=(
                    upstream("192.0.2.1:53", 12.5),
                    upstream("192.0.2.2:53", 50.0, resting=True),
                    upstream("192.0.2.3:53", 50.0, answers=0),
                    upstream("192.0.2.4:53", 7.0, without_edns=True, without_tcp=True),
                    upstream(
                        "tls://dns.example@192.0.2.5:853",
                        50.0,
                        resting=True,
                        answers=0,
                        trouble=Message("its certificate is not accepted: expired"),
                    ),
                ),
            ),
        ),
        WORKER_DOWN,
    ),
)


def answer(**changes: Any) -> dict[str, Any]:
    """As it goes over the control socket."""
    return {"ok": True, **to_json(replace(ANSWER, **changes))}


def _shown(office: Office, exit_code: int = 0, **changes: Any) -> str:
    with office.server(answer(**changes)) as asked:
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
    out = _shown(office, 3, findings=(*ANSWER.findings, Finding("error", Message(text))))
    assert out.splitlines()[1] == f"error: {text}"
    assert out.count("error: ") == 1


def test_why_nothing_is_compiled_is_told(office: Office) -> None:
    reason = "there was no C compiler when it was installed"
    assert f"pure Python: {reason}\n" in _shown(office, not_compiled=reason)
    assert "pure Python" not in _shown(office, not_compiled=None)


def test_a_dashboard_that_does_not_run_is_told(office: Office) -> None:
    web = WebStatus(None, 4, (), Message("ended with code 1"))
    assert "dashboard: DOWN: ended with code 1\n" in _shown(office, web=web)
    assert "dashboard" not in _shown(office, web=None)


def test_the_portal_is_shown_where_there_is_one(office: Office) -> None:
    running = PortalStatus(702, 1, NEVER, PortalFigures(40, 2))
    assert "portal (pid 702): 40 requests, 2 turned away, 1 restarts" in _shown(office, portal=running)
    assert "portal: DOWN" in _shown(office, portal=replace(PORTAL_DOWN, restarts=1))
    assert "portal" not in _shown(office, portal=None)


def test_what_others_wrote_cannot_paint_on_the_terminal(office: Office) -> None:
    out = _shown(office, 3, last_error=Message("/etc/x.txt:3: \x1b[31mbad"))
    assert "\x1b" not in out
    assert "NOT RELOADED: /etc/x.txt:3: \\x1b[31mbad" in out


def test_a_rehearsal_and_a_young_server_are_told(office: Office) -> None:
    out = _shown(office, rehearsal=True, uptime_seconds=65, last_flip=None)
    assert "REHEARSAL: its clock shows 2026-08-10T12:00:00" in out
    assert "for 1 min 5 s" in out
    assert "last flip" not in out


def test_programs_read_the_answer_itself(office: Office) -> None:
    with office.server(answer()):
        out = office.run("status", "--json").stdout
    assert out == json.dumps({"ok": True, **status_json(ANSWER)}, ensure_ascii=False) + "\n"


def test_no_server_is_a_failure(office: Office) -> None:
    assert office.run("status", exit_code=1).stdout == "not running\n"
    assert office.json("status", exit_code=1) == [{"ok": False, "error": "not running"}]


def test_a_running_server_is_shown_though_its_configuration_is_broken(office: Office) -> None:
    office.config.write_text(office.config.read_text() + "workrs: 2\n")
    with office.server(answer(config=str(office.config))):
        out = office.run("status", exit_code=3).stdout
    assert out.startswith("running (pid 700)")
    assert (
        f"error: the configuration cannot be used, the server goes on by the one before: {office.config}:"
        in out
    )
    with office.server(answer(config=str(office.config))):
        (line,) = office.json("status", exit_code=3)
    assert line["ok"]
    assert "did you mean 'workers'" in line["findings"][0]["text"]
    assert line["findings"][1:] == to_json(ANSWER.findings, str)


def test_a_server_of_another_configuration_is_not_shown_instead(office: Office) -> None:
    office.config.write_text(office.config.read_text() + "workrs: 2\n")
    with office.server(answer(config="/etc/other.yaml")):
        assert "did you mean 'workers'" in office.run("status", exit_code=2).stderr


def test_a_broken_configuration_without_a_server_is_told(office: Office) -> None:
    office.config.write_text("half of\n")
    assert str(office.config) in office.run("status", exit_code=2).stderr
