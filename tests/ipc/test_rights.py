from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sm_dns.cli.service_user import as_user
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.rights import refusal
from sm_dns.state import audit, exemptions_store, person_requests
from sm_dns.util.files import is_there
from tests.conftest import require_root


@dataclass(frozen=True)
class Said:
    text: str


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory of the group `daemon`, on a way that everybody may go."""
    require_root()
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o005)
    made = tmp_path / "state"
    made.mkdir(mode=0o750)
    os.chown(made, pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("daemon").pw_gid)
    return made


def refused(work: Callable[[], object]) -> str:
    """What a user without rights is told."""

    def try_it() -> Said:
        try:
            work()
        except PermissionError as error:
            return Said(str(refusal(error)))
        except Exception as error:
            return Said(str(error))
        return Said("")

    return as_user(pwd.getpwnam("nobody"), Said, try_it).text


@pytest.mark.parametrize(
    "work",
    [
        exemptions_store.load,
        person_requests.load,
        lambda state: list(audit.read(state / audit.FILE)),
        lambda state: audit.verify(state / audit.FILE),
        lambda state: is_there(state / "x"),
        lambda state: (state / "x").write_text("x"),
    ],
)
def test_a_folder_that_is_closed_is_named_with_the_ways_in(
    state: Path, work: Callable[[Path], object]
) -> None:
    """What may not be looked at is never called empty, whichever Python asks."""
    way = "use sudo, or be a member of the group daemon"
    assert refused(lambda: work(state)) == f"{state} belongs to daemon and is closed to this user: {way}"


def test_a_server_that_may_not_be_asked(state: Path) -> None:
    told = refused(lambda: client.ask(state, TellStatus()))
    assert told == (
        f"{state}/control.sock: the running server cannot be reached: {state} belongs to daemon and is closed to "
        "this user: use sudo, or be a member of the group daemon"
    )


def test_a_folder_that_is_closed_to_the_group_too(state: Path) -> None:
    state.chmod(0o700)
    told = refused(lambda: exemptions_store.load(state))
    assert told == f"{state} belongs to daemon and is closed to this user: use sudo"


def test_a_file_that_is_closed(state: Path) -> None:
    state.chmod(0o755)
    file = state / "x"
    file.touch(mode=0o600)
    assert refused(file.read_bytes) == f"{file}: Permission denied; try sudo"


def test_root_is_not_told_to_become_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert str(refusal(PermissionError(1, "Operation not permitted", "/x"))) == "/x: Operation not permitted"
    assert str(refusal(PermissionError(13, "Permission denied"))) == "Permission denied"
