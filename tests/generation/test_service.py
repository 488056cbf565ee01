from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.generation.certificate import Certificate
from sm_dns.generation.feeds import NO_FEEDS, SecondaryPlan
from sm_dns.generation.fleet import FleetPlan
from sm_dns.generation.lan import LanPlan
from sm_dns.generation.list_source import ListSource
from sm_dns.generation.requests import RequestPlan
from sm_dns.generation.service import SERVICE_FILE, Service, read_service, write_service
from sm_dns.generation.validation import OwnUnbound, ValidationPlan
from sm_dns.generation.web import NO_WEB
from sm_dns.lists.list_read import ListRead
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from tests.support.contracts import MONITORING_PLAN, lease_file

SERVICE = Service(
    listen=(("127.0.0.1", 53), ("::1", 53)),
    dot=(("10.0.0.5", 853),),
    doh=(("10.0.0.5", 443),),
    http=(("10.0.0.5", 80),),
    https=(),
    doh_path="/dns-query",
    workers=2,
    state_dir="/var/lib/sm-dns",
    watched=("/etc/sm-dns/sm-dns.yaml",),
    seen=frozenset({("/etc/sm-dns/sm-dns.yaml", 7, 300, 1_786_334_400_000_000_001)}),
    lists={"office": 86_400},
    sources=(
        ListSource(
            "social.txt", "social", "/z/social.txt", 7.5, ListRead("site:social.txt", 3, 0, 0, 0, 0, ())
        ),
        ListSource("office", "social", "https://l.example", None, None),
    ),
    findings=(Finding("note", Message("Jumaat – {state}", state="ok")),),
    default_schedule="default",
    log_level="info",
    certificate=Certificate("/etc/tls.pem", 1.0, 2.0),
    portal_certificate=None,
    monitoring=replace(MONITORING_PLAN, leases=(lease_file("/l"),), departments={"A": ("10.0.0.0/8",)}),
    web=replace(NO_WEB, plain=(("127.0.0.1", 8080),)),
    feeds=replace(
        NO_FEEDS,
        listen=(("127.0.0.1", 5354),),
        secondaries=(SecondaryPlan("10.0.0.9", 53, "/etc/sm-dns/ns1.key", "bind", ("10.0.0.10",)),),
    ),
    schedules="{}",
    reports={"heads": 3},
    config="/etc/sm-dns/sm-dns.yaml",
    left_out={"tls": Message("no key in {path}", path="/k")},
    own_links=("10.0.0.0/8",),
    devices_are_told=False,
    requests=RequestPlan(("Kewangan",), 86_400, 864_000, mails=True),
    lan=LanPlan("office.example", (lease_file("/l"),)),
    push_head=3600,
    validation=ValidationPlan(
        (("127.0.0.1", 53_535, "udp", "", "", "", True),),
        "a.example",
        "b.example",
        "c.example",
        OwnUnbound("/c", "/s"),
    ),
    fleet=FleetPlan("primary", "dns-1", ("10.0.0.5", 8530)),
)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    write_service(tmp_path, SERVICE)
    assert read_service(tmp_path) == SERVICE


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"listen": 5}', "null"])
def test_a_damaged_file_is_no_generation(tmp_path: Path, damage: str) -> None:
    (tmp_path / SERVICE_FILE).write_text(damage)
    with pytest.raises(BadInput, match="not a generation"):
        read_service(tmp_path)


def test_a_missing_file_and_an_unknown_key_are_no_generation(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not a generation"):
        read_service(tmp_path)
    write_service(tmp_path, SERVICE)
    path = tmp_path / SERVICE_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "later": 1}))
    with pytest.raises(BadInput, match="later"):
        read_service(tmp_path)
