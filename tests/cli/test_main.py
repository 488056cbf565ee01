from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import sm_dns
from sm_dns import native, native_build
from sm_dns.cli.main import COMMANDS, cli
from tests.cli.conftest import Office

REPOSITORY = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sm_dns.cli.main", *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_help_is_quick_because_it_imports_no_command() -> None:
    code = (
        "import sys; sys.argv[1:] = ['--help']\nfrom sm_dns.cli.main import cli\ncli(standalone_mode=False)\n"
    )
    code += (
        "print(sorted({'pydantic', 'holidays', 'yaml', 'idna', 'dnslib', 'apscheduler'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_unknown_commands_and_options_are_bad_input() -> None:
    assert CliRunner().invoke(cli, ["chekc"]).exit_code == 2
    assert CliRunner().invoke(cli, ["check", "--jsn"]).exit_code == 2


def test_version_tells_the_commit_of_a_checkout_and_what_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    form = "native" if native.is_compiled() else "pure Python"
    runs = f"{form}, Python {platform.python_version()}"
    monkeypatch.setattr(native_build, "commit", lambda: "0123456789ab-dirty")
    out = CliRunner().invoke(cli, ["--version"]).output
    assert out == f"sm-dns {sm_dns.__version__}, commit 0123456789ab-dirty, {runs}\n"
    monkeypatch.setattr(native_build, "commit", lambda: "")
    assert CliRunner().invoke(cli, ["--version"]).output == f"sm-dns {sm_dns.__version__}, {runs}\n"


def test_bad_input_says_file_line_and_reason(office: Office) -> None:
    office.config.write_text(office.config.read_text() + "workrs: 2\n")
    result = office.run("check", exit_code=2)
    assert result.stderr == f"error: {office.config}:10: unknown key 'workrs'; did you mean 'workers'?\n"
    assert result.stdout == ""


def test_what_the_system_refuses_is_a_failure(office: Office) -> None:
    office.zones.write_text("a file where a folder should be")
    result = office.run("domains", "add", "new.example", "--category", "social", exit_code=1)
    assert result.stderr.startswith("error: ")


SHIPPED = REPOSITORY / "config" / "sm-dns.yaml"
FOUND = f"configuration: {SHIPPED}\n"  # what no option named is said


def test_the_real_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_DNS_CONFIG", str(SHIPPED))  # whoever may write in this checkout
    done = run("explain", "www.facebook.com", "--at", "2026-08-10T12:00", "--json")
    assert (done.returncode, done.stderr) == (0, FOUND)
    assert '"decision": "deny"' in done.stdout


def test_the_real_command_on_bad_input(tmp_path: Path) -> None:
    done = run("check", "--config", str(tmp_path / "missing.yaml"))
    assert done.returncode == 2
    assert done.stderr == f"error: {tmp_path}/missing.yaml: cannot be read: No such file or directory\n"


def test_a_closed_pipe_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_DNS_CONFIG", str(SHIPPED))
    done = subprocess.run(
        f"{sys.executable} -m sm_dns.cli.main services list | head -1",
        shell=True,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == FOUND


def test_a_state_of_somebody_else_says_what_to_try(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(directory: Path) -> list[object]:
        raise PermissionError(13, "Permission denied", str(directory / "exemptions.json"))

    def refuse_what_is_no_file(directory: Path) -> list[object]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("sm_dns.admin.policy_document.exemptions_store.load", refuse)
    result = office.run("explain", "facebook.com", exit_code=1)
    assert result.stderr == f"error: {office.state}/exemptions.json: Permission denied; try sudo\n"
    monkeypatch.setattr("sm_dns.admin.policy_document.exemptions_store.load", refuse_what_is_no_file)
    assert office.run("explain", "facebook.com", exit_code=1).stderr == "error: Permission denied; try sudo\n"


@pytest.mark.parametrize(
    ("words", "meant"), [(("domain",), "domains"), (("exempt", "lst"), "list"), (("calender",), "calendar")]
)
def test_a_command_that_was_meant_is_named(words: tuple[str, ...], meant: str) -> None:
    result = CliRunner().invoke(cli, words)
    assert (result.exit_code, f"Did you mean '{meant}'?" in result.stderr) == (2, True)
    assert "Did you mean" not in CliRunner().invoke(cli, ["xyzzy"]).stderr
