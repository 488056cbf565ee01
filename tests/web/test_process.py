"""The dashboard's process by itself: what it says, and when it ends."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from sm_dns.generation.web import NO_WEB, WebPlan
from sm_dns.ipc.web_words import WORDS, Alive, Answering, CannotStart
from tests.support.certificates import make_certificate
from tests.support.processes import PYTHON, REPOSITORY

PATIENCE = 60.0


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """The processes of a test, ended after it."""
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def start(processes: list[subprocess.Popen[str]], directory: Path, plan: WebPlan) -> subprocess.Popen[str]:
    config = directory / "sm-dns.yaml"
    config.write_text("schedules: {default: {}}\n")
    what = {
        "plan": asdict(plan),
        "config": str(config),
        "state_dir": str(directory / "var"),
        "rehearsal": 0.0,
    }
    process = subprocess.Popen(
        (PYTHON, "-m", "sm_dns.web.process", json.dumps(what)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    processes.append(process)
    return process


@pytest.mark.ipv6
def test_it_says_where_it_answers_and_that_it_lives(
    started: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    certificate, key = make_certificate(tmp_path)
    plan = replace(
        NO_WEB,
        plain=(("127.0.0.1", 0),),
        encrypted=(("::1", 0),),
        certificate=str(certificate),
        key=str(key),
    )
    process = start(started, tmp_path, plan)
    assert process.stdout is not None and process.stdin is not None
    word = WORDS.read(process.stdout.readline().encode())
    assert isinstance(word, Answering)
    plain, encrypted = word.addresses
    assert plain.startswith("http://127.0.0.1:") and encrypted.startswith("https://[::1]:")
    assert WORDS.read(process.stdout.readline().encode()) == Alive()
    process.stdin.close()
    process.stdin = None
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "waits for its first run" in err and "first-run-token" in err
    assert (tmp_path / "var" / "web" / "first-run-token").read_text().strip() not in err


def test_it_ends_when_it_is_told_to(started: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    process = start(started, tmp_path, replace(NO_WEB, plain=(("127.0.0.1", 0),)))
    assert process.stdout is not None and "answering" in process.stdout.readline()
    process.terminate()
    assert process.wait(PATIENCE) in {0, -15}


def test_an_address_that_is_taken_is_said(started: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start(started, tmp_path, replace(NO_WEB, plain=(taken.getsockname(),)))
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    word = WORDS.read(out.encode())
    assert isinstance(word, CannotStart)
    assert str(word.reason).startswith("web 127.0.0.1:") and "the port is in use by" in str(word.reason)
