"""A status as programs know it: the very text, for what reads it was written by others."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sm_dns.ipc.figures import PortalFigures
from sm_dns.ipc.status import (
    Alarm,
    FailedReport,
    LeftOutPart,
    ListStanding,
    PortalStatus,
    Status,
    Subjects,
    WebStatus,
)
from sm_dns.ipc.status_json import status_json
from sm_dns.state.transitions import Flip
from sm_dns.util.finding import Finding
from sm_dns.util.lately import Occurrences
from sm_dns.util.message import NOTHING, Message
from tests.support.contracts import (
    FIGURES,
    GROUP_ROW,
    MONITORING,
    PORTAL_DOWN,
    SCHEDULE_STATE,
    STATUS,
    WORKER,
    WORKER_DOWN,
)

WHOLE = replace(
    STATUS,
    schedules=(SCHEDULE_STATE,),
    groups=(replace(GROUP_ROW, exemptions=("7adc545b",)),),
    last_flip=Flip("2026-08-09T23:30:00Z", "default", "denied", "WORKING_HOURS", 3),
    last_error=Message("x.yaml:3: no"),
    left_out=(LeftOutPart("tls", Message("no key"), "2026-08-10T03:00:00Z"),),
    findings=(Finding("warning", Message("Jumaat")),),
    monitoring=replace(
        MONITORING, key_id="8f97899a", counted=(("social", "denied", 5),), subjects=Subjects(1900, 12, 1500)
    ),
    web=WebStatus(9638, 0, ("http://127.0.0.1:8053",), NOTHING),
    alarms=(Alarm("2026-08-10T03:00:00Z", Message("the clock jumped")),),
    not_compiled="no compiler",
    workers=(replace(WORKER, ends=Occurrences(1, 1.5, 1.5, Message("ended with code 1"))), WORKER_DOWN),
    portal=PortalStatus(9628, 0, FIGURES.faults, PortalFigures(40, 2)),
    lists=(ListStanding("x", "social", "https://l.example/x", "2026-08-10T03:00:00Z", None, 9, 1, 2, 3, 4),),
    failed_reports=(FailedReport("monthly", "2026-08-10T03:00:00Z", Message("the disk is full")),),
)
NEVER = '{"count": 0, "first": 0.0, "last": 0.0, "what": ""}'
TEXT = (
    '{"pid": 4710, "config": "/etc/sm-dns/sm-dns.yaml", "at": "2026-08-10T04:00:00Z", "rehearsal": false, '
    '"uptime_seconds": 4000, "listening": ["127.0.0.1:5335"], "generation": 1, "version": "411695eef406", '
    '"names": 2, "directory": "/var/lib/sm-dns/generations/00000001", "schedules": [{"schedule": "default", '
    '"state": "denied", "in_force": true, "reason_code": "WORKING_HOURS", "reason": "working hours", '
    '"at": "2026-08-10T12:00:00", "next_transition": "2026-08-10T13:00:00", "seconds_to_transition": 3600}], '
    '"groups": [{"group": "office", "for_the_rest": false, "schedule": "default", "state": "denied", '
    '"because": "schedule", "reason": "working hours", "exemptions": ["7adc545b"], '
    '"until": "2026-08-10T13:00:00", "timezone": "Asia/Kuala_Lumpur", "seconds": 3600}], "switches": [], '
    '"last_flip": {"at": "2026-08-09T23:30:00Z", "schedule": "default", "state": "denied", '
    '"reason_code": "WORKING_HOURS", "lag_ms": 3}, "last_error": "x.yaml:3: no", '
    '"left_out": [{"part": "tls", "reason": "no key", "since": "2026-08-10T03:00:00Z"}], '
    '"findings": [{"level": "warning", "text": "Jumaat"}], "monitoring": {"store": "/var/lib/usage.db", '
    '"key_id": "8f97899a", "waiting": 0, "lost": 0, "counted": [["social", "denied", 5]], "devices": 1900, '
    '"random_devices": 12, "staff": 1500}, "web": {"pid": 9638, "restarts": 0, '
    '"listening": ["http://127.0.0.1:8053"], "problem": ""}, "alarms": [{"at": "2026-08-10T03:00:00Z", '
    '"text": "the clock jumped"}], "not_compiled": "no compiler", "workers": [{"number": 0, "pid": 4711, '
    '"restarts": 0, "ends": {"count": 1, "first": 1.5, "last": 1.5, "what": "ended with code 1"}, '
    '"generation": 1, "without_policy": "", "compiled": false, "drains_compiled": 0, "listeners_udp": 1, '
    '"queries_udp": 0, "queries_tcp": 0, "queries_dot": 0, "queries_doh": 0, "memo_hits": 0, "limited": 0, '
    '"overlong": 0, "undelivered": 0, "rcodes": [["NOERROR", 0]], '
    '"waits": [{"up_to": 0.5, "replies": 0}, {"up_to": null, "replies": 0}], "waited": 0.0, "cache_entries": 0, '
    '"cache_bytes": 0, "under_way": 0, "clock_steps": 0, '
    f'"faults": {NEVER}, "forwarders": [], "system_lack": "", "system_servers": 0, '
    '"upstreams": [{"address": "192.0.2.1:53", '
    '"latency_ms": 50.0, "resting": false, "failures": 0, "answers": 0, "without_edns": false, '
    '"without_tcp": false, "trouble": ""}]}, {"number": 1, "pid": null, "restarts": 0, '
    f'"ends": {NEVER}}}], "portal": {{"pid": 9628, "restarts": 0, "ends": {NEVER}, "requests": 40, '
    '"turned_away": 2}, "lists": [{"name": "x", "category": "social", "source": "https://l.example/x", '
    '"changed": "2026-08-10T03:00:00Z", "checked": null, "names": 9, "exceptions": 1, "unusable": 2, '
    '"beyond_dns": 3, "stays_open": 4}], '
    '"failed_reports": [{"name": "monthly", "at": "2026-08-10T03:00:00Z", "reason": "the disk is full"}], '
    '"fleet": null}'
)


def test_it_is_what_it_always_was() -> None:
    assert json.dumps(status_json(WHOLE)) == TEXT


@pytest.mark.parametrize(
    ("status", "key", "shown"),
    [
        (STATUS, "monitoring", None),
        (STATUS, "web", None),
        (STATUS, "portal", None),
        (
            replace(STATUS, monitoring=MONITORING),
            "monitoring",
            {"store": "/var/lib/usage.db", "key_id": None, "waiting": 0, "lost": 0, "counted": []},
        ),
        (
            replace(STATUS, portal=PORTAL_DOWN),
            "portal",
            {"pid": None, "restarts": 0, "ends": json.loads(NEVER)},
        ),
    ],
)
def test_what_is_not_there_has_no_figures(status: Status, key: str, shown: object) -> None:
    assert status_json(status)[key] == shown
