"""What the service says of itself, once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sm_dns.doctor.service import examine_service
from sm_dns.setup.host import Host
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from tests.support.contracts import STATUS

NOWHERE = Host(Path("/nonexistent"))
IN_FILES, OF_THE_SERVICE = Message("a file is odd"), Message("a worker died")


def test_what_the_files_showed_already_is_not_said_twice() -> None:
    findings = (Finding("warning", IN_FILES), Finding("warning", OF_THE_SERVICE))
    status = replace(STATUS, findings=findings, alarms=())
    both = examine_service(status, NOWHERE, "sm-dns.yaml")
    assert [each.text for each in both.advice if each.text in (IN_FILES, OF_THE_SERVICE)] == [
        IN_FILES,
        OF_THE_SERVICE,
    ]
    rest = examine_service(status, NOWHERE, "sm-dns.yaml", told=[IN_FILES])
    assert IN_FILES not in [each.text for each in rest.advice]
    assert OF_THE_SERVICE in [each.text for each in rest.advice]


def test_one_that_does_not_run_is_told_with_what_to_type() -> None:
    found = examine_service(None, NOWHERE, "sm-dns.yaml")
    assert found.advice[0].level == "error" and "systemctl start sm-dns" in found.advice[0].command
