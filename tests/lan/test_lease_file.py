"""A source of leases in files, as they change."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.lan import lease_file as module
from sm_dns.lan.lease_file import LeaseFile
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_regular
from tests.support.contracts import lease_file

HEADER = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
)


def kea(number: int, ends: int) -> str:
    return f"10.0.0.{number},3c:22:fb:00:00:{number:02x},,3600,{ends},1,0,0,,0,\n"


def ends(file: LeaseFile) -> list[tuple[str, float]]:
    told = file.changed(0.0)
    assert told is not None
    return [(lease.address, lease.ends) for lease in told.reading.leases]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kea-leases4.csv"


def beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def test_the_files_of_keas_clean_up_are_read_as_kea_reads_them(path: Path) -> None:
    file = LeaseFile(lease_file(path))
    path.write_text(HEADER + kea(1, 5000))
    assert ends(file) == [("10.0.0.1", 5000.0)]
    path.rename(beside(path, ".1"))  # the clean-up begins
    assert ends(file) == [("10.0.0.1", 5000.0)]
    path.write_text(HEADER)
    assert ends(file) == [("10.0.0.1", 5000.0)]
    path.write_text(HEADER + kea(1, 6000))
    assert ends(file) == [("10.0.0.1", 5000.0), ("10.0.0.1", 6000.0)]  # the later is the newer
    beside(path, ".2").write_text(HEADER + kea(2, 4000))  # of the clean-up before
    assert ends(file)[0] == ("10.0.0.2", 4000.0)
    beside(path, ".completed").write_text(HEADER + kea(3, 7000))
    assert ends(file) == [("10.0.0.3", 7000.0), ("10.0.0.1", 6000.0)]
    beside(path, ".2").unlink()
    beside(path, ".1").unlink()
    beside(path, ".completed").rename(beside(path, ".2"))
    assert ends(file) == [("10.0.0.3", 7000.0), ("10.0.0.1", 6000.0)]
    assert file.changed(0.0) is None


def test_what_other_servers_leave_beside_a_file_is_not_read(path: Path) -> None:
    beside(path, ".1").write_text(HEADER + kea(1, 5000))
    path.write_text("5000 3c:22:fb:00:00:02 10.0.0.2 pc *\n")
    assert ends(LeaseFile(lease_file(path))) == [("10.0.0.2", 5000.0)]
    path.unlink()
    beside(path, ".1").write_text("5000 3c:22:fb:00:00:02 10.0.0.2 pc *\n")
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        LeaseFile(lease_file(path)).changed(0.0)


def test_a_form_that_is_given_is_not_guessed(path: Path) -> None:
    path.write_text("1 two three\n")
    told = LeaseFile(lease_file(path, "kea")).changed(0.0)
    assert told is not None
    assert (told.form, told.reading.leases, told.reading.skipped) == ("kea", (), 1)


def test_a_folder_of_audit_logs_is_one_journal(tmp_path: Path) -> None:
    file = LeaseFile(lease_file(tmp_path))
    with pytest.raises(BadInput, match=r"holds no DhcpSrvLog-\*\.log"):
        file.changed(0.0)
    header = "ID,Date,Time,Description,IP Address,Host Name,MAC Address\r\n"
    for day, line in (
        ("Tue", "12,08/11/26,09:00:00,Release,10.0.0.1,,3C22FB000001"),
        ("Mon", "10,08/10/26,09:00:00,Assign,10.0.0.1,pc,3C22FB000001"),
    ):
        (tmp_path / f"DhcpSrvLog-{day}.log").write_text(f"{header}{line}\r\n", encoding="utf-16")
    assert ends(file) == [("10.0.0.1", 1_787_014_800.0), ("10.0.0.1", 1_786_410_000.0)]
    assert file.changed(0.0) is None


def test_a_file_that_is_moved_under_the_hand_is_read_once_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Kea renames its files between our look at them and our reading."""
    path.write_text(HEADER + kea(1, 5000))
    real = read_regular
    moved = False

    def moving(file: Path, *, limit: int) -> bytes:
        nonlocal moved
        if not moved:
            moved = True
            path.rename(beside(path, ".1"))
        return real(file, limit=limit)

    monkeypatch.setattr(module, "read_regular", moving)
    assert ends(LeaseFile(lease_file(path))) == [("10.0.0.1", 5000.0)]


def test_a_file_that_cannot_be_read_is_not_tried_again_and_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def refused(file: Path, *, limit: int) -> bytes:
        nonlocal tries
        tries += 1
        raise BadInput("cannot be read: Permission denied", file=file)

    path.write_text(HEADER)
    monkeypatch.setattr(module, "read_regular", refused)
    with pytest.raises(BadInput, match="Permission denied"):
        LeaseFile(lease_file(path)).changed(0.0)
    assert tries == 1
