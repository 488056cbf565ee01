"""From what a server that people log on to writes to the figure in the report."""

from __future__ import annotations

from pathlib import Path

from sm_dns.generation.monitoring import LogonSource
from tests.support.contracts import lease_file
from tests.support.counting import NOON, Office

PC, PHONE = "3c:22:fb:01:02:03", "3c:22:fb:01:02:04"
STAFF = "staff,department\nofficer1,Finance\nofficer2,Audit\n"


def detail(at: float, user: str, device: str, status: str = "Start") -> str:
    lines = (f'User-Name = "{user}"', f"Acct-Status-Type = {status}", f'Calling-Station-Id = "{device}"')
    return "\n\t".join(("Mon Aug 10 12:00:00 2026", *lines, f"Timestamp = {int(at)}")) + "\n\n"


def office(directory: Path, logons: str, staff: str = STAFF) -> Office:
    (directory / "leases").write_text(
        f"{int(NOON) + 36_000} {PC} 10.0.0.1 pc *\n{int(NOON) + 36_000} {PHONE} 10.0.0.2 phone *\n"
    )
    (directory / "logons").write_text(logons)
    source = LogonSource(str(directory / "logons"), "", is_pushed=False)
    return Office(directory, lease_file(directory / "leases"), logons=(source,), staff=staff)


def test_who_is_on_the_wireless_network_is_known(tmp_path: Path) -> None:
    made = office(
        tmp_path, detail(NOON - 60, "officer1", PC) + detail(NOON - 60, "officer1@office.example", PHONE)
    )
    made.ask(NOON, "10.0.0.1", "10.0.0.2")
    assert made.figure() == (1, 0)
    assert made.sources.problems() == []


def test_who_came_last_to_a_shared_computer_is_the_person(tmp_path: Path) -> None:
    made = office(tmp_path, detail(NOON - 60, "officer1", PC))
    made.ask(NOON, "10.0.0.1")
    (tmp_path / "logons").write_text(
        detail(NOON - 60, "officer1", PC)
        + detail(NOON + 100, "officer2", PC)
        + detail(NOON + 200, "officer2", PC, "Stop")
    )
    made.ask(NOON + 150, "10.0.0.1")
    assert made.figure() == (2, 0)
    made.ask(NOON + 300, "10.0.0.1")
    assert made.figure() == (2, 1)  # nobody is there any more


def test_a_visitor_at_an_officers_computer_is_not_the_officer(tmp_path: Path) -> None:
    staff = f"device,staff\n{PC},officer1\n"
    made = office(tmp_path, detail(NOON - 60, "visitor7", PC), staff)
    made.ask(NOON, "10.0.0.1")
    assert made.figure() == (0, 1)


def test_a_line_of_the_map_that_is_newer_comes_first(tmp_path: Path) -> None:
    staff = f"device,staff,valid_from\n{PC},officer1,2026-08-10\n,officer2,\n"
    yesterday = NOON - 13 * 3600
    made = office(tmp_path, detail(yesterday, "officer2", PC) + detail(NOON - 2, "officer2", PHONE), staff)
    (tmp_path / "logons").write_text(
        detail(yesterday, "officer2", PC) + detail(NOON - 7200, "officer2", PC, "Alive")
    )
    made.ask(NOON, "10.0.0.1")
    assert made.usage().per_day[0].staff.count == 1
    assert made.sources.look(NOON).resolve("10.0.0.1", NOON - 1, NOON).key == "officer1"


def test_a_logon_at_an_address_counts_only_for_the_device_that_had_it(tmp_path: Path) -> None:
    rows = (
        f"time,user,address\n{int(NOON) - 60},OFFICE\\officer1,10.0.0.1\n{int(NOON) - 60},officer2,10.0.0.9\n"
    )
    made = office(tmp_path, rows)
    made.ask(NOON, "10.0.0.1", "10.0.0.9")
    assert made.figure() == (2, 0)  # of 10.0.0.9 no lease is known
    (tmp_path / "leases").write_text(f"{int(NOON) + 36_000} {PHONE} 10.0.0.1 phone *\n")
    made.ask(NOON + 60, "10.0.0.1")
    assert made.figure() == (2, 1)
    assert made.sources.look(NOON + 120).resolve("10.0.0.1", NOON + 110, NOON + 115).key == PHONE


def test_a_change_of_persons_within_a_moment_names_nobody(tmp_path: Path) -> None:
    made = office(tmp_path, detail(NOON - 60, "officer1", PC) + detail(NOON + 100, "officer2", PC))
    made.ask(NOON + 100.5, "10.0.0.1")
    assert made.figure() == (0, 1)


def test_logons_and_maps_that_fail_are_in_the_report(tmp_path: Path) -> None:
    made = office(tmp_path, "")
    made.ask(NOON, "10.0.0.1")
    (tmp_path / "logons").write_text(detail(NOON - 60, "officer1", PC))
    made.ask(NOON + 60, "10.0.0.1")
    (tmp_path / "staff.csv").write_text("staff\n,,\n\x00")
    made.ask(NOON + 120, "10.0.0.1")
    troubles = made.usage().coverage.source_troubles
    assert [(one.what, Path(one.path).name, one.since - NOON, one.until) for one in troubles] == [
        ("logons-nothing", "logons", 0, NOON + 60),
        ("staff-map", "staff.csv", 120, None),
    ]
    assert made.figure() == (1, 1)
