from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import Awaitable
from pathlib import Path

import pytest

from sm_dns.ipc import client, server, socket_paths
from sm_dns.ipc.requests import EndTrace, Flush, Flushed, TraceEnded
from sm_dns.ipc.server import ControlServer
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from tests.support.processes import until


async def _flush(request: Flush) -> Flushed:
    if request.name == "no.example":
        raise BadInput("not that one")
    return Flushed(len(request.name))


async def _end_trace(request: EndTrace) -> TraceEnded:
    return TraceEnded()


FLUSH = b'{"command": "flush", "name": "kedai"}\n'


def _served(directory: Path, *lines: bytes) -> list[bytes]:
    """Start a server, send each line on a connection of its own, and return what came back."""

    async def ask(line: bytes) -> bytes:
        with socket_paths.reachable(directory / socket_paths.SOCKET) as address:
            reader, writer = await asyncio.open_unix_connection(address)
        writer.write(line)
        if not line.endswith(b"\n"):
            writer.write_eof()
        try:
            return await reader.read()
        finally:
            writer.close()

    async def main() -> list[bytes]:
        control = ControlServer(directory, {Flush: _flush, EndTrace: _end_trace})
        control.open()
        try:
            return [await ask(line) for line in lines]
        finally:
            await control.close()

    return asyncio.run(main())


def test_a_command_is_answered_with_one_object_a_line(tmp_path: Path) -> None:
    answer, refusal = _served(tmp_path, FLUSH, b'{"command": "flush", "name": "no.example"}\n')
    assert answer == b'{"ok": true, "answers": 5}\n'
    assert refusal == b'{"ok": false, "error": {"text": "not that one", "values": {}}}\n'


def test_anything_else_is_refused_and_the_next_is_served(tmp_path: Path) -> None:
    bad = [b"\n", b"[]\n", b"{}\n", b'{"command": "rm"}\n', b'{"command": []}\n', b"\xff\n", b"no end"]
    bad += [
        b'{"command": "flush"}\n',
        b'{"command": "flush", "name": "x", "more": 1}\n',
        b"[" * 60_000 + b"\n",
    ]
    bad += [b'{"command": "status"}\n']  # which this one does not offer
    *refusals, good = _served(tmp_path, *bad, FLUSH)
    assert set(refusals) == {b'{"ok": false, "error": {"text": "no such command", "values": {}}}\n'}
    assert json.loads(good)["ok"]


def test_too_much_is_not_read(tmp_path: Path) -> None:
    long, good = _served(tmp_path, b" " * (server.MAX_REQUEST + 2) + b"\n", FLUSH)
    assert long == b""
    assert json.loads(good)["ok"]


def test_the_socket_is_for_owner_and_group_and_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / socket_paths.SOCKET
    path.write_text("left by a server that was killed")

    async def main() -> int:
        control = ControlServer(tmp_path, {})
        control.open()
        mode = path.stat().st_mode
        await control.close()
        return mode

    mode = asyncio.run(main())
    assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o660)
    assert not path.exists()


def _asks(state_dir: Path) -> Awaitable[bool]:
    """Whether a command gets its answer."""

    def ask() -> bool:
        return client.ask(state_dir, Flush("kedai")) == Flushed(5)

    return asyncio.to_thread(ask)


def test_a_socket_that_somebody_removed_is_made_anew_with_its_folder(tmp_path: Path) -> None:
    """Else the server runs, and every command says that it does not."""
    path = tmp_path / "state" / socket_paths.SOCKET

    async def main() -> Message | None:
        control = ControlServer(path.parent, {Flush: _flush})
        control.open()
        assert await _asks(path.parent)
        path.unlink()
        path.parent.rmdir()
        control.open()
        assert await _asks(path.parent)
        await control.close()
        return control.problem

    assert asyncio.run(main()) is None
    assert not path.exists()


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime folder as the service manager gives it."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o750)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    return folder


def _served_at(state: Path) -> tuple[bool, Message | None]:
    """Whether a command reaches the server of a state directory, and what it says is in the way."""

    async def main() -> tuple[bool, Message | None]:
        control = ControlServer(state, {Flush: _flush})
        control.open()
        try:
            return await _asks(state), control.problem
        finally:
            await control.close()

    return asyncio.run(main())


def test_a_state_directory_that_cannot_be_had_leaves_the_runtime_folder(
    tmp_path: Path, runtime: Path
) -> None:
    state = tmp_path / "state"
    state.write_text("a file in its place")
    assert _served_at(state) == (True, None)
    assert list(runtime.iterdir()) == []  # it is taken away in the end


def test_a_runtime_folder_of_others_is_left_alone(tmp_path: Path, runtime: Path) -> None:
    """Who may write there could answer for us."""
    state = tmp_path / "state"
    state.write_text("a file in its place")
    runtime.chmod(0o770)
    reached, problem = _served_at(state)
    assert (reached, str(problem)) == (False, f"{state}: File exists")
    runtime.chmod(0o750)
    if os.geteuid() == 0:
        os.chown(runtime, 1, -1)
        assert _served_at(state)[0] is False


def test_a_command_never_speaks_to_the_server_of_another_state(tmp_path: Path, runtime: Path) -> None:
    state = tmp_path / "state"

    async def main() -> bool:
        control = ControlServer(state, {Flush: _flush})
        control.open()
        try:
            return await asyncio.to_thread(client.ask, tmp_path / "other", Flush("x")) is None
        finally:
            await control.close()

    assert asyncio.run(main())


def test_connections_are_bounded(tmp_path: Path) -> None:
    async def main() -> bytes:
        control = ControlServer(tmp_path, {Flush: _flush})
        control.open()
        with socket_paths.reachable(tmp_path / socket_paths.SOCKET) as address:
            idle = [await asyncio.open_unix_connection(address) for _ in range(server.MAX_CONNECTIONS)]
            await until(lambda: control._connections == server.MAX_CONNECTIONS, "all places are taken")
            reader, writer = await asyncio.open_unix_connection(address)
        answer = await reader.read()
        for _, each in [*idle, (reader, writer)]:
            each.close()
        await until(lambda: not control._connections, "all have left")
        await control.close()
        return answer

    assert asyncio.run(main()) == b""


def test_a_place_that_cannot_be_had_is_told_and_tried_again(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("a file in its place")

    async def main() -> list[str]:
        control = ControlServer(folder, {Flush: _flush})
        control.open()
        problems = [str(control.problem)]
        folder.unlink()
        control.open()
        problems.append(str(control.problem))
        control.open()  # which is open already
        assert await _asks(folder)
        await control.close()
        return problems

    assert asyncio.run(main()) == [f"{folder}: File exists", "None"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("user", "is_done"), [(0, True), (os.geteuid(), True), (65_534, False)])
def test_what_is_for_root_is_refused_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, is_done: bool
) -> None:
    """The socket is open to the group; what single persons ask is not. Real users: tests/e2e/test_permissions.py."""
    monkeypatch.setattr(server, "_user", lambda writer: user)
    (answer,) = _served(tmp_path, b'{"command": "trace_end"}\n')
    assert (b'"ok": true' in answer, b"only root may do that" in answer) == (is_done, not is_done)
