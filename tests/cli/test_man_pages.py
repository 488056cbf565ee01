"""The manual pages say what the commands say, and whoever shows such pages has nothing to complain of."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sm_dns.cli import man_pages
from sm_dns.cli.main import COMMANDS
from tests.conftest import require

DAY = datetime(2026, 11, 29, tzinfo=UTC)
PAGES = dict(man_pages.pages(DAY))


def shown(page: str) -> str:
    """A page as a reader sees it."""
    require("groff")
    made = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-cbou", "-rLL=200n", "-K", "utf8"],
        input=PAGES[page],
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout


def test_there_is_a_page_for_every_command() -> None:
    assert set(PAGES) == {"sm-dns.1", *(f"sm-dns-{name}.1" for name in COMMANDS)}
    assert set(man_pages.SEE_ALSO) == set(COMMANDS)
    assert {other for others in man_pages.SEE_ALSO.values() for other in others.split()} <= set(COMMANDS)


def test_a_page_has_what_a_reader_looks_for() -> None:
    text = shown("sm-dns-exempt.1")
    for head in (
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "COMMANDS",
        "EXIT STATUS",
        "ENVIRONMENT",
        "FILES",
        "SEE ALSO",
    ):
        assert f"\n{head}\n" in f"\n{text}", head
    assert "sm-dns-exempt - Grant, list and revoke exemptions\n" in text
    assert "sm-dns exempt revoke [OPTIONS] ID\n" in text
    assert "--between TIMES" in text and "22:00-02:00 ends the day after." in text
    assert "-h, --help" in text
    assert "sm-dns(1)" in text and "sm-dns-audit(1)" in text
    assert "sm-dns report person request [OPTIONS] STAFF\n" in shown("sm-dns-report.1")
    assert "sm-dns-exempt(1)" in shown("sm-dns.1")
    assert "3      The server runs, but not as it should." in shown("sm-dns-status.1")


def test_what_roff_would_read_otherwise_comes_out_as_it_stands() -> None:
    assert "sp\\032ace.example" in shown("sm-dns-explain.1")
    assert 'eval "$(sm-dns completion bash)"' in shown("sm-dns-completion.1")


@pytest.mark.parametrize(
    "command",
    [
        ["groff", "-man", "-Tutf8", "-ww", "-rCHECKSTYLE=3", "-K", "utf8", "-z"],
        ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"],
        ["mandoc", "-Tlint", "-W", "warning"],
    ],
    ids=lambda command: command[0],
)
@pytest.mark.parametrize("page", PAGES)
def test_nobody_warns(command: list[str], page: str, tmp_path: Path) -> None:
    require(command[0])
    file = tmp_path / page
    file.write_text(PAGES[page], encoding="utf-8")
    done = subprocess.run([*command, str(file)], capture_output=True, text=True)
    said = done.stdout if command[0] == "mandoc" else done.stderr
    assert (done.returncode, said) == (0, "")


def test_they_are_written_and_are_the_same_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["man_pages", str(tmp_path / "man" / "man1")])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(DAY.timestamp())))
    man_pages.main()
    written = {file.name: file.read_text(encoding="utf-8") for file in (tmp_path / "man" / "man1").iterdir()}
    assert written == PAGES
