"""What the status tells of processes that died or erred, and how it says it in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_dns.diagnose.worker_findings import worker_findings
from sm_dns.i18n.catalogue import catalogue
from sm_dns.ipc.figures import ForwarderFigures
from sm_dns.ipc.status import PortalStatus, WorkerStatus
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.lately import ALARM_SECONDS, Occurrences
from sm_dns.util.message import Message
from tests.support.contracts import FIGURES, NEVER, PORTAL_DOWN, UPSTREAM, WORKER, WORKER_DOWN

NOW = 1_786_334_400.0  # 2026-08-10T04:00:00Z


FAULT = Message("{place}: {error}", place="sm_dns/serve/clients/packet_cache.py:187", error="KeyError('a')")


def some(count: int, what: Message) -> Occurrences:
    return Occurrences(count, NOW - 3_600, NOW - 60, what)


def worker(ends: Occurrences = NEVER, **told: Any) -> WorkerStatus:
    return replace(WORKER, ends=ends, figures=replace(FIGURES, **told))


def findings(*workers: WorkerStatus, portal: PortalStatus | None = None, now: float = NOW) -> list[Finding]:
    return list(worker_findings(workers, portal, now))


def test_workers_that_do_well_are_no_finding() -> None:
    assert findings(worker(), WORKER_DOWN, portal=PORTAL_DOWN) == []
    assert findings(worker()) == []
    told = ForwarderFigures("10.0.0.5", 1, 500)
    assert findings(worker(forwarders=(told,)), worker(forwarders=(replace(told, told=0),))) == []
    assert findings(worker(forwarders=(replace(told, told=0, untold=99),))) == []


@pytest.mark.parametrize(
    ("told", "level", "text"),
    [
        (
            {"forwarders": (ForwarderFigures("10.0.0.5", 0, 100),)},
            "warning",
            "the trusted forwarder 10.0.0.5 said of none of 100 questions who asks: everybody behind it is counted "
            "as one (docs/forwarders.md says what to set there)",
        ),
        (
            {"upstreams": ()},
            "warning",
            "no upstream: the system (/etc/resolv.conf) names no server but this one",
        ),
        (
            {"upstreams": (), "system_lack": "absent"},
            "warning",
            "no upstream: there is no /etc/resolv.conf that would name the system's servers",
        ),
        (
            {"upstreams": (), "system_lack": "empty"},
            "warning",
            "no upstream: /etc/resolv.conf names no server",
        ),
        (
            {"upstreams": (UPSTREAM,), "system_lack": "absent", "system_servers": 1},
            "warning",
            "/etc/resolv.conf is gone: the servers that it named before are still asked",
        ),
        (
            {"upstreams": (UPSTREAM,), "system_lack": "empty", "system_servers": 1},
            "warning",
            "/etc/resolv.conf names no server any more: those that it named before are still asked",
        ),
        (
            {"upstreams": (replace(UPSTREAM, trouble=Message("connection refused")),)},
            "warning",
            "upstream 192.0.2.1:53 cannot be asked: connection refused",
        ),
        (
            {"ends": some(2, Message("was killed by {signal}", signal="SIGKILL"))},
            "warning",
            "worker 0 was started anew 2 times since 2026-08-10T03:00:00Z, last at 2026-08-10T03:59:00Z: "
            "was killed by SIGKILL",
        ),
        (
            {
                "faults": some(
                    3,
                    Message(
                        "{place}: {error}",
                        place="sm_dns/serve/clients/packet_cache.py:187",
                        error="KeyError('a')",
                    ),
                )
            },
            "warning",
            "worker 0 failed on 3 questions by errors since 2026-08-10T03:00:00Z, last at 2026-08-10T03:59:00Z: "
            "sm_dns/serve/clients/packet_cache.py:187: KeyError('a')",
        ),
        (
            {"without_policy": BadInput("cannot be read: Permission denied", file="/x/policy.json").message},
            "error",
            "worker 0 has no policy to go by: it denies what the shipped lists deny and forwards the rest: "
            "/x/policy.json: cannot be read: Permission denied",
        ),
    ],
)
def test_what_a_worker_met_is_one(told: dict[str, Any], level: str, text: str) -> None:
    (found,) = findings(worker(**told))
    assert (found.level, str(found.text)) == (level, text)
    assert (
        catalogue("ms")
        .said(found.text)
        .startswith(
            (
                "proses pekerja 0 ",
                "pelayan DNS huluan ",
                "pelayan pemaju ",
                "tiada pelayan ",
                "fail /etc/resolv.conf ",
                "/etc/resolv.conf ",
            )
        )
    )
    if not {"without_policy", "upstreams", "forwarders"} & told.keys():
        assert findings(worker(**told), now=NOW + ALARM_SECONDS) == []


def test_the_portal_s_ends_are_told_too() -> None:
    (found,) = findings(portal=replace(PORTAL_DOWN, ends=some(1, Message("ended with code {code}", code=1))))
    assert str(found.text).startswith("the portal was started anew 1 times since 2026-08-10T03:00:00Z")
    assert catalogue("ms").said(found.text).endswith("tamat dengan kod 1")
