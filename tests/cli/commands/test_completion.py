from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sm_dns.cli.main import cli

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
