from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.control.left_out import LeftOut
from sm_dns.control.service_log import ServiceLog
from sm_dns.state import audit
from sm_dns.util.clock import Clock
from sm_dns.util.message import Message


@pytest.fixture
def service_log(tmp_path: Path) -> ServiceLog:
    return ServiceLog(tmp_path, Clock())


def test_what_goes_and_what_comes_back_is_said_once(service_log: ServiceLog, tmp_path: Path) -> None:
    left_out = LeftOut(Clock(), service_log)
    for _ in range(3):
        left_out.update({"tls": Message("the key cannot be read")})
    (row,) = left_out.rows()
    assert (row.part, str(row.reason)) == ("tls", "the key cannot be read")
    left_out.update({"tls": Message("the key is of another certificate")})  # still gone, since then
    assert left_out.rows() == [replace(row, reason=Message("the key is of another certificate"))]
    left_out.update({})
    assert left_out.rows() == []
    assert [str(alarm.text) for alarm in service_log.alarms] == [
        "tls is left out: the key cannot be read",
        f"tls is back or wanted no more; it was left out since {row.since}",
    ]
    lines = [(line.action, line.target, line.detail) for line in audit.read(tmp_path / audit.FILE)]
    assert lines == [
        ("part.left_out", "tls", {"reason": "the key cannot be read"}),
        ("part.settled", "tls", {"since": row.since}),
    ]
