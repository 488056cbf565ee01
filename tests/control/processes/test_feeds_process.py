"""The process of the feeds played by small scripts: it is told what to do and which generation is in force."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.control.processes import feeds_process
from sm_dns.control.processes.feeds_process import FeedsProcess
from sm_dns.generation.feeds import NO_FEEDS, SecondaryPlan
from tests.support.processes import until

# Longer than any argument of a program may be.
MANY = tuple(
    SecondaryPlan(f"10.1.{at >> 8}.{at & 255}", 53, "/etc/sm-dns/keys/some.key", "bind", ())
    for at in range(2_000)
)
PLAN = replace(NO_FEEDS, listen=(("127.0.0.1", 1),), secondaries=MANY)
TELLS = """import json, sys; from sm_dns.ipc.web_words import *
start = json.loads(sys.stdin.readline())
def say(text): sys.stdout.buffer.write(WORDS.line(Answering((text,)))); sys.stdout.flush()
say(f"{len(start['plan']['secondaries'])} of {start['directory']}")
while line := sys.stdin.readline(): say(json.loads(line)["directory"])
"""
CANNOT = """import sys; from sm_dns.ipc.web_words import *; from sm_dns.util.message import Message
sys.stdout.buffer.write(WORDS.line(CannotStart(Message("{place}: no", place="10.0.0.1:1")))); sys.stdout.flush()
sys.exit(1)"""


def test_it_hears_what_to_do_and_what_is_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds_process, "MODULE", "played_feeds")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "played_feeds.py").write_text(TELLS)
    directory = tmp_path / "1"

    async def main() -> None:
        nonlocal directory
        process = FeedsProcess(tmp_path, 0.0, lambda: directory)
        process.adopt()  # nobody is there to hear it
        process.use(PLAN)
        try:
            await until(lambda: process._listening == [f"2000 of {tmp_path / '1'}"], "it knows what to do")
            directory = tmp_path / "2"
            process.adopt()
            await until(lambda: process._listening == [str(directory)], "it knows what is in force")
            assert process.findings() == []
        finally:
            await process.stop()

    asyncio.run(main())


def test_one_that_cannot_start_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds_process, "MODULE", "played_feeds")
    monkeypatch.setattr(feeds_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "played_feeds.py").write_text(CANNOT)

    async def main() -> None:
        process = FeedsProcess(tmp_path, 0.0, lambda: tmp_path)
        process.use(PLAN)
        try:
            await until(process.findings, "it is known that it does not run")
            assert str(process.findings()[0].text) == "the feeds are not handed out: 10.0.0.1:1: no"
        finally:
            await process.stop()

    asyncio.run(main())
