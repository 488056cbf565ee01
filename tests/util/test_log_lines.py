"""What the journal is told: priorities where standard error is the journal, names of levels elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SAY = """
import logging, os, sys
given = os.fstat(2)
os.environ["JOURNAL_STREAM"] = sys.argv[1].format(f"{given.st_dev}:{given.st_ino}")
from sm_dns.util.log_lines import log_to_stderr
log_to_stderr()
log = logging.getLogger("sm_dns")
log.info("nothing")
log.warning("take care")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("it broke")
"""


def said(stream: str) -> list[str]:
    command = (sys.executable, "-c", SAY, stream)
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent
    )
    return done.stderr.splitlines()


def test_every_line_in_the_journal_has_its_priority() -> None:
    lines = said("{}")
    assert lines[:2] == ["<4>take care", "<3>it broke"]
    assert len(lines) > 3 and all(line.startswith("<3>") for line in lines[1:])


@pytest.mark.parametrize("stream", ["", "1:2"])
def test_elsewhere_the_level_is_a_word(stream: str) -> None:
    assert said(stream)[:2] == ["WARNING: take care", "ERROR: it broke"]
