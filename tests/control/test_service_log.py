from __future__ import annotations

from pathlib import Path

from sm_dns.control.service_log import MAX_ALARMS, ServiceLog
from sm_dns.state import audit
from tests.support.hands import Hands
from tests.support.site import NOON


def test_a_note_is_a_line_of_the_audit(tmp_path: Path) -> None:
    service_log = ServiceLog(tmp_path, Hands(0.0, [NOON]))
    service_log.note("service.started", "127.0.0.1:53", {"generation": 3})
    (line,) = audit.read(tmp_path / audit.FILE)
    assert (line.at, line.who, line.action) == ("2026-08-10T04:00:00Z", "service", "service.started")
    assert line.detail == {"generation": 3}
    assert audit.verify(tmp_path / audit.FILE).ok
    assert service_log.alarms == ()


def test_an_audit_that_cannot_be_written_is_an_alarm_and_no_error(tmp_path: Path) -> None:
    service_log = ServiceLog(Path("/proc/nowhere"), Hands(0.0, [NOON]))
    service_log.note("service.started", "", {})
    (alarm,) = service_log.alarms
    assert alarm.at == "2026-08-10T04:00:00Z"
    assert str(alarm.text).startswith("the audit could not be written: ")


def test_the_latest_alarms_are_kept(tmp_path: Path) -> None:
    service_log = ServiceLog(tmp_path, Hands())
    for number in range(MAX_ALARMS + 5):
        service_log.alarm(str(number))
    assert [str(alarm.text) for alarm in service_log.alarms] == [
        str(number) for number in range(5, MAX_ALARMS + 5)
    ]
