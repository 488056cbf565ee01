"""What an ordinary user gets, to whom the state directory is closed: what may be read, or one clear line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.cli.conftest import CONFIG, Office
from tests.conftest import require_root

NOBODY = 65534
CLOSED = "belongs to root and is closed to this user: use sudo"
LISTS = "lists: [{name: far, url: 'https://lists.example/far', category: social, format: plain}]\n"


@contextmanager
def as_nobody() -> Iterator[None]:
    groups = os.getgroups()
    os.setgroups([])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@pytest.fixture
def office() -> Iterator[Office]:
    """One that everybody may read, with a state directory as the unit makes it."""
    require_root()
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        config = Path(folder, "sm-dns.yaml")
        config.write_text(CONFIG + LISTS)
        made = Office(config)
        made.run("services", "set", "whatsapp", "deny", "--reason", "memo 4")
        made.state.chmod(0o750)
        yield made


READS: dict[tuple[str, ...], Callable[[str], bool]] = {
    ("domains", "find", "www.facebook.com"): lambda text: "social, by facebook.com in shipped:" in text,
    ("services", "list"): lambda text: "WhatsApp (9 names)" in text and "rule:" not in text,
    ("services", "show", "whatsapp"): lambda text: "  whatsapp.com\n" in text,
}


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_what_may_be_read_is_and_what_is_left_out_is_said(office: Office, words: tuple[str, ...]) -> None:
    with as_nobody():
        done = office.run(*words)
    assert READS[words](done.stdout)
    [note] = done.stderr.splitlines()
    assert note.startswith("note: without lists by URL and rules that commands set: ") and CLOSED in note
    whole = office.run(*words)
    assert whole.stderr == ""


@pytest.mark.parametrize("words", [("timetable",), ("domains", "list")], ids=" ".join)
def test_what_needs_no_state_says_nothing_beside(office: Office, words: tuple[str, ...]) -> None:
    with as_nobody():
        assert office.run(*words).stderr == ""


@pytest.mark.parametrize(
    ("words", "exit_code"),
    [
        (("explain", "facebook.com"), 1),
        (("groups", "list"), 1),
        (("groups", "show", "hq"), 1),
        (("exempt", "list"), 1),
        (("lists", "show", "far"), 1),
        (("audit", "show"), 1),
        (("services", "set", "whatsapp", "permit", "--reason", "x"), 1),
        (("status",), 2),
        (("cache", "stats"), 2),
        (("reload",), 2),
    ],
    ids=str,
)
def test_the_rest_says_in_one_line_what_to_do(office: Office, words: tuple[str, ...], exit_code: int) -> None:
    with as_nobody():
        done = office.run(*words, exit_code=exit_code)
    [line] = done.output.splitlines()
    assert CLOSED in line and line.startswith("error: ")


def test_a_configuration_that_is_not_for_everybody(office: Office) -> None:
    office.config.chmod(0o600)
    with as_nobody():
        done = office.run("services", "list", exit_code=1)
    assert done.output == f"error: {office.config}: Permission denied; try sudo\n"
