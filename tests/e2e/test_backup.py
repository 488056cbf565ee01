"""A real service backed up while it answers, and another one of the same answers from that file alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.processes import REPOSITORY, free_port
from tests.support.server import COMMAND, COMMAND_SECONDS, House
from tests.support.unbound import Unbound

NAMES = ("www.facebook.com", "shop.example", "portal.corp", "www.netflix.com")
WHEN = "2026-08-10T10:00"


def passphrase(folder: Path, text: str = "correct horse battery staple") -> str:
    file = folder / "passphrase"
    file.write_text(f"{text}\n")
    file.chmod(0o600)
    return str(file)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COMMAND, *arguments),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def explained(house: House) -> list[tuple[object, ...]]:
    found = [house.json("explain", name, "--at", WHEN, "--client", "127.0.0.1")[0] for name in NAMES]
    return [
        tuple(each[key] for key in ("name", "decision", "reason_code", "answers", "exemption"))
        for each in found
    ]


@pytest.fixture
def office(tmp_path: Path, upstream: Unbound) -> House:
    folder = tmp_path / "first"
    folder.mkdir()
    return House(folder, [upstream.address])


def test_another_machine_answers_the_same(office: House, tmp_path: Path) -> None:
    moved = House.__new__(House)
    try:
        office.start()
        for arguments in (
            ("domains", "add", "shop.example", "--category", "streaming"),
            (
                "exempt",
                "add",
                "--group",
                "office",
                "--service",
                "facebook",
                "--for",
                "7d",
                "--approver",
                "x",
                "--reason",
                "y",
            ),
        ):
            assert office.run(*arguments).returncode == 0
        words = passphrase(tmp_path)
        done = office.run("backup", str(tmp_path / "x.backup"), "--passphrase-file", words)
        assert done.returncode == 0, done.stdout + done.stderr
        before = explained(office)
        office.dig("www.facebook.com")
        office.stop()

        new = tmp_path / "second"
        restored = run(
            "restore",
            str(tmp_path / "x.backup"),
            "--config",
            str(new / "sm-dns.yaml"),
            "--passphrase-file",
            words,
        )
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert (new / "sm-dns.yaml").read_text() == office.config.read_text()
        moved.__dict__.update(office.__dict__, directory=new, config=new / "sm-dns.yaml")
        verified = moved.run("audit", "verify")
        assert verified.returncode == 0, verified.stdout
        assert explained(moved) == before
        moved.port = free_port()
        moved.write()
        moved.start()
        assert moved.dig("shop.example").data == ["0.0.0.0"]
        assert moved.dig("www.facebook.com").data == ["198.51.100.2"]  # the exemption
        assert [each["action"] for each in moved.json("audit", "show", "--last", "50")].count("restore") == 1
    finally:
        office.close()


def test_a_running_service_and_a_wrong_passphrase_are_refused(office: House, tmp_path: Path) -> None:
    try:
        office.start()
        words = passphrase(tmp_path)
        target = str(tmp_path / "x.backup")
        assert office.run("backup", target, "--passphrase-file", words).returncode == 0
        running = office.run("restore", target, "--passphrase-file", words, "--replace")
        assert running.returncode == 2 and "the service is running" in running.stderr
        office.stop()
        there = office.run("restore", target, "--passphrase-file", words)
        assert there.returncode == 2 and "is there already" in there.stderr
        wrong = office.run("restore", target, "--passphrase-file", passphrase(tmp_path, "another passphrase"))
        assert wrong.returncode == 2 and "another passphrase" in wrong.stderr
        short = office.run("backup", f"{target}2", "--passphrase-file", passphrase(tmp_path, "short"))
        assert short.returncode == 2 and "at least 12" in short.stderr
        nobody = office.run("backup", f"{target}2")
        assert nobody.returncode == 2 and "nobody can be asked" in nobody.stderr
        (tmp_path / "passphrase").chmod(0o644)
        open_ = office.run("backup", f"{target}2", "--passphrase-file", str(tmp_path / "passphrase"))
        assert open_.returncode == 2 and "others may read" in open_.stderr
        assert not Path(f"{target}2").exists()
    finally:
        office.close()
