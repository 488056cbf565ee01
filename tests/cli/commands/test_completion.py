from __future__ import annotations

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from sm_dns.cli.main import cli
from tests.cli.conftest import Office

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_its_script(shell: str) -> None:
    result = CliRunner().invoke(cli, ["completion", shell])
    assert result.exit_code == 0
    assert "_SM_DNS_COMPLETE" in result.output


def test_an_unknown_shell() -> None:
    assert CliRunner().invoke(cli, ["completion", "tcl"]).exit_code == 2


def test_the_command_completes_itself() -> None:
    environment = os.environ | {
        "_SM_DNS_COMPLETE": "bash_complete",
        "COMP_WORDS": "sm-dns domains re",
        "COMP_CWORD": "2",
    }
    code = "from sm_dns.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["plain,remove"]


def test_a_command_is_completed_without_what_commands_need() -> None:
    code = (
        "import sys; from sm_dns.cli.main import cli; from click.shell_completion import ShellComplete;"
        "found = ShellComplete(cli, {}, 'sm-dns', '_X').get_completions([], 'dom');"
        "print(*(one.value for one in found), *({'pydantic', 'yaml', 'idna'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["domains"]


def offered(office: Office, *words: str) -> list[str]:
    """What is offered for the last of some words, which may be empty; nothing is written beside it."""
    *before, begun = words
    completion = ShellComplete(cli, {}, "sm-dns", "_SM_DNS_COMPLETE")
    with pytest.MonkeyPatch.context() as named, redirect_stderr(StringIO()) as said, redirect_stdout(said):
        named.setenv("SM_DNS_CONFIG", str(office.config))
        found = completion.get_completions(before, begun)
    assert said.getvalue() == ""
    return [one.value for one in found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("services", "set", "whats"), ["whatsapp"]),
        (("services", "show", "YouT"), ["youtube"]),
        (("services", "set", "whatsapp", ""), ["deny", "schedule", "permit"]),
        (("services", "set", "--who", ""), ["default", "hq", "lab"]),
        (("exempt", "add", "--group", "h"), ["hq"]),
        (("exempt", "add", "--category", "so"), ["social"]),
        (("exempt", "add", "--service", "faceb"), ["facebook"]),
        (("domains", "add", "--category", "s"), ["streaming", "social"]),
        (("groups", "show", "l"), ["lab"]),
        (("timetable", "--schedule", ""), ["default", "literal"]),
        (("calendar", "show", "--calendar", ""), ["putrajaya"]),
        (("open", "soc"), ["social"]),
        (("close", "whats"), ["whatsapp"]),
        (("pause", "--who", "h"), ["hq"]),
        (("requests", "approve", "--group", "l"), ["lab"]),
        (("lists", "show", ""), []),
        (("resume", ""), []),
        (("requests", "decline", ""), []),
        (("services", "unset", ""), []),
    ],
)
def test_names_are_completed(office: Office, words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(office, *words) == expected


def test_what_was_granted_and_set_is_completed(office: Office) -> None:
    [granted] = office.json(
        *("exempt", "add", "--group", "hq", "--category", "social", "--for", "1h"),
        *("--approver", "CTM", "--reason", "desk"),
    )
    assert offered(office, "exempt", "revoke", granted["id"][:3]) == [granted["id"]]
    [paused] = office.json("pause", "10m", "--reason", "drill")
    assert offered(office, "resume", paused["id"][:3]) == [paused["id"]]
    office.run("services", "set", "whatsapp", "deny", "--reason", "memo 4")
    assert offered(office, "services", "unset", "") == ["whatsapp"]


@pytest.mark.parametrize("text", ["nonsense: true\n", "{", None])
def test_where_the_configuration_cannot_be_used_nothing_is_offered(office: Office, text: str | None) -> None:
    office.config.unlink() if text is None else office.config.write_text(text)
    assert offered(office, "exempt", "add", "--group", "") == []


def test_the_configuration_that_is_named_counts(office: Office) -> None:
    other = office.config.with_name("other.yaml")
    other.write_text(office.config.read_text().replace("name: lab", "name: desk"))
    assert offered(office, "groups", "show", "--config", str(other), "") == ["default", "hq", "desk"]


def test_no_configuration_at_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_DNS_CONFIG", str(office.config.with_name("nothing.yaml")))
    assert ShellComplete(cli, {}, "sm-dns", "_X").get_completions(["groups", "show"], "") == []
