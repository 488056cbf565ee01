"""From a bare server to the first denied name and the first report, timed: the way of docs/quickstart.md."""

from __future__ import annotations

import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import require
from tests.packaging.conftest import wanted_suite
from tests.support.machine import Machine
from tests.support.processes import eventually

DENIED_SECONDS, REPORT_SECONDS = 3 * 60, 10 * 60  # what a new user is promised
SERVER, DEVICE, ELSEWHERE = "10.0.0.5", "10.0.0.77", "10.0.0.2"
ANYWHERE = "192.0.2.80"
# Whoever resolves for the office so far: it has one answer, by the library that the package brings.
RESOLVES = (
    "PYTHONPATH=$(echo /opt/sm-dns/lib/python3*/site-packages) exec ip netns exec device python3 -m "
    f"dnslib.fixedresolver --address {ELSEWHERE} --port 53 --response '. 60 IN A {ANYWHERE}'"
)
ZONE = ZoneInfo("Asia/Kuala_Lumpur")
COUNTED = re.compile(r"^Denied +0 +[1-9]", re.MULTILINE)  # queries of a device that nobody knows yet
NETWORK = (
    "ip netns add device",
    "ip link add ens18 type veth peer name eth0 netns device",
    f"ip addr add {SERVER}/24 dev ens18",
    "ip link set ens18 up",
    "ip route add default via 10.0.0.1",
    f"ip -n device addr add {DEVICE}/24 dev eth0",
    f"ip -n device addr add {ELSEWHERE}/24 dev eth0",
    "ip -n device link set eth0 up",
)
ANSWERS = f"""\
listen: [{SERVER}, 127.0.0.1]
upstreams: [{ELSEWHERE}]
agency_ms: Jabatan Contoh
agency_en: Example Department
contact: "ICT, ext. 100"
monitoring: true
dashboard: local
first_week: false
"""
pytestmark = pytest.mark.timeout(1_800)


def test_a_denied_name_within_three_minutes_and_a_report_within_ten(bare: Machine) -> None:
    require("dig")
    for command in NETWORK:
        bare.well(*command.split())
    bare.well("sh", "-c", f"cat >/srv/answers.yaml <<'END'\n{ANSWERS}END")
    typed = []

    def type_(*command: str) -> str:
        typed.append(" ".join(command))
        return bare.well(*command)

    begun = time.monotonic()
    type_("apt-get", "install", "-y", "/srv/sm-dns.deb")
    bare.well("systemd-run", "--quiet", "sh", "-c", RESOLVES.replace("$", "$$"))
    type_("sm-dns", "setup", "--answers", "/srv/answers.yaml", "--yes")
    assert asked_by_device(bare, "www.netflix.com") == "0.0.0.0"
    assert asked_by_device(bare, "www.example.org") == ANYWHERE
    denied = time.monotonic() - begun
    before = len(typed)

    today = datetime.now(ZONE).date().isoformat()
    words = ["sm-dns", "report", "usage", "--band", "00:00-24:00", "--lang", "en"]
    eventually(
        lambda: COUNTED.search(bare.well(*words, "--from", today, "--to", today)), "the device is counted"
    )
    said = type_(*words, "--from", today, "--to", today)
    reported = time.monotonic() - begun
    print(
        f"{wanted_suite()}: denied after {denied:.0f} s and {before} commands, a report after {reported:.0f} s"
    )
    assert COUNTED.search(said)
    assert before <= 5 and denied <= DENIED_SECONDS
    assert reported <= REPORT_SECONDS


def asked_by_device(bare: Machine, name: str) -> str:
    """What a device of the office hears of a name."""
    words = ["ip", "netns", "exec", "device", "dig", "+short", "+time=2", "+tries=1", f"@{SERVER}", name]
    return bare.run(*words).stdout.strip()
