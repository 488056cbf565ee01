"""What leaves the house is masked, each alike everywhere."""

from __future__ import annotations

import json
from typing import Any

from sm_dns.doctor.bundle import bundle
from sm_dns.doctor.examined import Advice, Examined, well
from sm_dns.util.message import Message

SECRETS = (
    "10.1.2.3",
    "dns.agency.gov.my",
    "Kementerian",
    "officer@agency.gov.my",
    "3c:22:fb:00:00:01",
    "hunter2",
)
SHIPPED: Any = {"mode": "enforce", "schedules": {"default": {"work_start": "07:30"}}, "upstreams": ["system"]}


OWN = ("listen", "groups", "clients", "cache", "entries", "quiet", "listening", "queries", "work_start")


def made(**configuration: Any) -> tuple[dict[str, Any], str]:
    examined = [
        Examined(
            "upstreams",
            (Advice("warning", Message("upstream {a} is silent", a="10.1.2.3"), "x"),),
            Message(""),
        ),
        well("disk", Message("{directory}: {free} MB are free", directory="/srv/kementerian", free=12)),
    ]
    found = bundle("1.0", examined, configuration, {"listening": ["10.1.2.3:53"], "queries": 7}, OWN, SHIPPED)
    return found, json.dumps(found)


def test_nothing_that_a_site_chose_is_in_it() -> None:
    _, text = made(
        listen=["10.1.2.3:53", "[fd00::5]:53"],
        upstreams=["tls://10.1.2.3#dns.agency.gov.my"],
        notice={"agency": {"ms": "Kementerian"}, "contact": "officer@agency.gov.my"},
        groups=[{"name": "Kementerian", "clients": ["10.1.0.0/16", "3c:22:fb:00:00:01"]}],
        routes={"dns.agency.gov.my": ["10.1.2.3"]},
        smtp={"password": "hunter2"},
    )
    for secret in (*SECRETS, "10.1.0.0", "fd00::5", "/srv", "kementerian"):
        assert secret not in text, secret


def test_what_the_project_wrote_stays() -> None:
    found, _ = made(
        mode="enforce", schedules={"default": {"work_start": "08:00"}}, cache={"entries": 5000}, quiet=True
    )
    assert found["configuration"] == {
        "mode": "enforce",
        "schedules": {"default": {"work_start": "08:00"}},
        "cache": {"entries": 5000},
        "quiet": True,
    }
    assert found["status"]["queries"] == 7


def test_the_same_thing_has_the_same_mask() -> None:
    found, _ = made(listen=["10.1.2.3"], groups=[{"clients": ["10.1.2.3", "10.9.9.9"]}])
    [listen] = found["configuration"]["listen"]
    assert (
        found["configuration"]["groups"][0]["clients"][0]
        == listen
        != found["configuration"]["groups"][0]["clients"][1]
    )
    assert found["examined"][0]["advice"][0]["text"] == f"upstream {listen} is silent"
