from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sm_dns.collect.identity_sources import IdentitySources
from sm_dns.generation.monitoring import MonitoringPlan
from sm_dns.lan import lease_file as files
from sm_dns.lan import netlink
from sm_dns.monitor.identity.leases import lease
from sm_dns.monitor.identity.neighbours import Neighbour
from sm_dns.monitor.identity.subject import Subject
from tests.support.contracts import MONITORING_PLAN, lease_file

PC, PHONE = "3c:22:fb:01:02:03", "3e:22:fb:01:02:04"
OFFICER1 = Subject("person", "officer1", "Finance")
FAR = 9_999_999_999


@pytest.fixture
def plan(tmp_path: Path) -> MonitoringPlan:
    (tmp_path / "staff.csv").write_text(f"device,staff,department\n{PC},officer1,Finance\n")
    (tmp_path / "leases").write_text(f"{FAR} {PC} 10.0.0.1 pc *\n")
    leases, staff_map = (lease_file(tmp_path / "leases"),), str(tmp_path / "staff.csv")
    return replace(MONITORING_PLAN, leases=leases, staff_map=staff_map)


def written(path: Path, text: str, at: float) -> None:
    """Replace a file as a DHCP server does, as of a time."""
    draft = path.with_name("draft")
    draft.write_text(text)
    os.utime(draft, (at, at))
    draft.replace(path)


def test_leases_are_taken_up_as_they_change(tmp_path: Path, plan: MonitoringPlan) -> None:
    sources = IdentitySources(plan)
    assert sources.look(1000.0).resolve("10.0.0.1", 990, 999) == OFFICER1
    written(tmp_path / "leases", f"{FAR} {PHONE} 10.0.0.1 * *\n", 1010.0)
    resolver = sources.look(1015.0)
    assert resolver.resolve("10.0.0.1", 985, 999) == OFFICER1
    assert resolver.resolve("10.0.0.1", 1000, 1015) == Subject("address", "10.0.0.1", "")
    assert resolver.resolve("10.0.0.1", 1015, 1030) == Subject("device", PHONE, "")
    assert [str(each) for each in sources.problems()] == []


def test_a_lease_file_that_goes_away_keeps_its_leases_until_they_end(
    tmp_path: Path, plan: MonitoringPlan
) -> None:
    written(tmp_path / "leases", f"2000 {PC} 10.0.0.1 pc *\n", 900.0)
    sources = IdentitySources(plan)
    sources.look(1000.0)
    (tmp_path / "leases").unlink()
    assert sources.look(1015.0).resolve("10.0.0.1", 1000, 1015) == OFFICER1
    assert "leases: cannot be read" in str(sources.problems()[0])
    assert sources.look(2015.0).resolve("10.0.0.1", 2000, 2015).kind == "address"
    written(tmp_path / "leases", f"3000 {PC} 10.0.0.1 pc *\n", 2020.0)
    assert sources.look(2030.0).resolve("10.0.0.1", 2025, 2030) == OFFICER1
    assert [str(each) for each in sources.problems()] == []


def test_a_broken_staff_map_keeps_the_last_good_one_and_says_where(
    tmp_path: Path, plan: MonitoringPlan
) -> None:
    sources = IdentitySources(plan)
    sources.look(1000.0)
    path = tmp_path / "staff.csv"
    written(path, "device,staff\nnonsense,a\n", 1001.0)
    assert sources.look(1015.0).resolve("10.0.0.1", 1000, 1015) == OFFICER1
    (problem,) = sources.problems()
    assert str(problem).startswith(f"staff map: {path}:2: ")
    assert "last good one stays" in str(problem)
    written(path, f"device,staff\n{PC},officer2\n", 1016.0)
    assert sources.look(1030.0).resolve("10.0.0.1", 1015, 1030) == Subject("person", "officer2", "")
    assert [str(each) for each in sources.problems()] == []


def test_a_staff_map_that_was_emptied_keeps_the_last_good_one(tmp_path: Path, plan: MonitoringPlan) -> None:
    """A share that fills up, a spreadsheet that was saved too early."""
    sources = IdentitySources(plan)
    sources.look(1000.0)
    for at, text in ((1001.0, ""), (1011.0, "device,staff\n")):
        written(tmp_path / "staff.csv", text, at)
        assert sources.look(at + 5).resolve("10.0.0.1", at, at + 5) == OFFICER1
        assert "names nobody; the last good one stays" in str(sources.problems()[0])


def test_a_staff_map_whose_lines_have_all_ended_says_so(tmp_path: Path, plan: MonitoringPlan) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(f"device,staff,valid_to\n{PC},officer1,2026-01-01\n")
    sources = IdentitySources(plan)
    sources.look(1000.0)
    assert sources.problems() == []
    sources.look(1_767_225_600.0)
    assert [str(each) for each in sources.problems()] == [
        f"staff map: {path}: all of its lines have ended, the last at 2025-12-31T16:00:00Z"
    ]
    assert sources.troubles() == f"staff-map {path}"


def test_a_staff_map_of_persons_alone_needs_something_that_finds_them(
    tmp_path: Path, plan: MonitoringPlan
) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("staff,name\nofficer1,x\n")
    sources = IdentitySources(plan)
    sources.look(1000.0)
    assert [str(each) for each in sources.problems()] == [
        f"staff map: {path}: names no device, address or host, "
        "and neither logons nor host_rule tell where its staff are"
    ]
    sources.configure(replace(plan, host_rule="(?P<staff>.*)"))
    sources.look(1000.0)
    assert sources.problems() == []


def test_the_host_rule_s_departments_are_those_of_map_and_configuration(
    tmp_path: Path, plan: MonitoringPlan
) -> None:
    """Host names are in small letters: a device of "aud-7" would be in another department than Audit's staff."""
    (tmp_path / "leases").write_text(f"{FAR} {PHONE} 10.0.0.1 AUDIT-7 *\n{FAR} {PC} 10.0.0.2 finance-7 *\n")
    (tmp_path / "staff.csv").write_text("host,staff,department\nx,officer2,Audit\n")
    known = IdentitySources(
        replace(plan, departments={"FINANCE": ()}, host_rule=r"(?P<department>[a-z]+)-\d")
    ).look(1000.0)
    assert [known.resolve(f"10.0.0.{at}", 990, 1000).department for at in (1, 2)] == ["Audit", "FINANCE"]


def test_departments_are_spelt_as_in_the_configuration(tmp_path: Path, plan: MonitoringPlan) -> None:
    (tmp_path / "staff.csv").write_text(f"device,staff,department\n{PC},officer1,FINANCE\n")
    known = IdentitySources(replace(plan, departments={"Finance": ()})).look(1000.0)
    assert known.resolve("10.0.0.1", 990, 1000) == OFFICER1


def test_a_staff_map_that_was_never_good_knows_nobody(tmp_path: Path, plan: MonitoringPlan) -> None:
    (tmp_path / "staff.csv").write_bytes(b"device,staff\n\xff,a\n")
    sources = IdentitySources(plan)
    assert sources.look(1000.0).resolve("10.0.0.1", 990, 1000) == Subject("device", PC, "")
    assert "staff.csv:2: 'ÿ' is no hardware address" in str(sources.problems()[0])


def test_hostile_lease_files_cost_themselves_and_no_more(
    tmp_path: Path, plan: MonitoringPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T14: another kind of file, odd octets, too many lines, too large, a FIFO."""
    path = tmp_path / "leases"
    sources = IdentitySources(plan)
    path.write_bytes(f"{FAR} {PC} 10.0.0.1 \xff\xfe *\n".encode("latin-1"))
    assert sources.look(1000.0).resolve("10.0.0.1", 990, 1000) == OFFICER1
    written(path, "<html>\n<body>\n", 1001.0)
    sources.look(1015.0)
    assert "of no known form; tried were" in str(sources.problems()[0])
    monkeypatch.setattr(lease, "MAX_LINES", 3)
    written(path, "1 a\n" * 5, 1016.0)
    sources.look(1030.0)
    assert "more than 3 lines" in str(sources.problems()[0])
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    written(path, "x" * 11, 1031.0)
    sources.look(1045.0)
    assert "larger than 10 bytes" in str(sources.problems()[0])
    path.unlink()
    os.mkfifo(path)
    sources.look(1060.0)
    assert "not a regular file" in str(sources.problems()[0])


def test_a_folder_that_may_not_be_read_is_one_problem_that_goes_away(
    tmp_path: Path, plan: MonitoringPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other sources go on."""
    real = os.stat

    def stat(path: Any, **more: Any) -> os.stat_result:
        if str(path) == plan.leases[0].path and closed:
            raise PermissionError(13, "Permission denied")
        return real(path, **more)

    closed = True
    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr(os, "open", _opening(os.open, plan.leases[0].path, lambda: closed))
    sources = IdentitySources(plan)
    for now in (1000.0, 1005.0):
        resolver = sources.look(now)
        said = f"leases: {plan.leases[0].path}: cannot be read: Permission denied"
        assert list(map(str, sources.problems())) == [said]
    assert resolver.known().staff == 1
    closed = False
    assert sources.look(1010.0).resolve("10.0.0.1", 1005, 1010) == OFFICER1
    assert [str(each) for each in sources.problems()] == []


def _opening(real: Any, path: str, closed: Callable[[], bool]) -> Any:
    def opened(file: Any, *more: Any, **named: Any) -> int:
        if str(file) == path and closed():
            raise PermissionError(13, "Permission denied")
        return int(real(file, *more, **named))

    return opened


def test_a_file_that_is_no_lease_file_is_told(tmp_path: Path, plan: MonitoringPlan) -> None:
    (tmp_path / "leases").write_text("1 two three\n2 three four\n")
    sources = IdentitySources(plan)
    sources.look(1000.0)
    assert "is it a lease file?" in str(sources.problems()[0])


def test_both_families_meet_through_the_neighbours(
    tmp_path: Path, plan: MonitoringPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(netlink, "neighbour_table", lambda: [Neighbour("fd00::1", PC, False)])
    sources = IdentitySources(replace(plan, neighbours=True))
    resolver = sources.look(1000.0)
    assert resolver.resolve("fd00::1", 990, 1000) == resolver.resolve("10.0.0.1", 990, 1000) == OFFICER1

    def refused() -> list[Neighbour]:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(netlink, "neighbour_table", refused)
    assert sources.look(1015.0).resolve("fd00::1", 1000, 1015) == OFFICER1
    assert [str(each) for each in sources.problems()] == [
        "neighbours: the kernel gave no table: Operation not permitted"
    ]
    assert sources.look(2000.0).resolve("fd00::1", 1990, 2000).kind == "address"


def test_the_systems_own_table_is_read() -> None:
    sources = IdentitySources(replace(MONITORING_PLAN, neighbours=True))
    sources.look(1000.0)
    assert [str(each) for each in sources.problems()] == []


def test_another_plan_keeps_what_is_known_of_the_files_that_stay(
    tmp_path: Path, plan: MonitoringPlan
) -> None:
    sources = IdentitySources(plan)
    sources.look(1000.0)
    written(tmp_path / "leases", "", 1005.0)
    sources.configure(replace(plan, staff_map=None, departments={"A": ("10.0.0.0/8",)}))
    resolver = sources.look(1015.0)
    assert resolver.resolve("10.0.0.1", 999, 1000) == Subject("device", PC, "A")
    assert resolver.resolve("10.0.0.1", 1006, 1015) == Subject("device", PC, "A")  # its lease has not ended
