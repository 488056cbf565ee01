from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path
from typing import Any

from sm_dns.control import client, server
from sm_dns.control.server import ControlServer
from tests.support.processes import until


async def _status(request: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "request": request}


def _served(directory: Path, *lines: bytes) -> list[bytes]:
    """Start a server, send each line on a connection of its own, and return what came back."""

    async def ask(line: bytes) -> bytes:
        with client.reachable(directory / client.SOCKET) as address:
            reader, writer = await asyncio.open_unix_connection(address)
        writer.write(line)
        if not line.endswith(b"\n"):
            writer.write_eof()
        try:
            return await reader.read()
        finally:
            writer.close()

    async def main() -> list[bytes]:
        control = ControlServer(directory, {"status": _status})
        control.open()
        try:
            return [await ask(line) for line in lines]
        finally:
            await control.close()

    return asyncio.run(main())


def test_a_command_is_answered_with_one_object_a_line(tmp_path: Path) -> None:
    request = {"command": "status", "name": "kedai kopi"}
    (answer,) = _served(tmp_path, json.dumps(request).encode() + b"\n")
    assert answer.endswith(b"\n")
    assert json.loads(answer) == {"ok": True, "request": request}


def test_anything_else_is_refused_and_the_next_is_served(tmp_path: Path) -> None:
    bad = [b"\n", b"[]\n", b"{}\n", b'{"command": "rm"}\n', b'{"command": []}\n', b"\xff\n", b"no end"]
    *refusals, good = _served(tmp_path, *bad, b'{"command": "status"}\n')
    assert set(refusals) == {b'{"ok": false, "error": "no such command"}\n'}
    assert json.loads(good)["ok"]


def test_too_much_is_not_read(tmp_path: Path) -> None:
    long, good = _served(tmp_path, b" " * (server.MAX_REQUEST + 2) + b"\n", b'{"command": "status"}\n')
    assert long == b""
    assert json.loads(good)["ok"]


def test_the_socket_is_for_owner_and_group_and_takes_the_place_of_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / client.SOCKET
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


def test_a_socket_that_somebody_removed_is_made_anew(tmp_path: Path) -> None:
    """Else the server runs, and every command says that it does not."""
    path = tmp_path / "state" / client.SOCKET
    path.parent.mkdir()

    async def asked() -> bool:
        answer = await asyncio.to_thread(client.request, path.parent, {"command": "status"})
        return answer is not None and answer["ok"] is True

    async def main() -> list[str]:
        control = ControlServer(path.parent, {"status": _status})
        control.open()
        assert await asked()
        path.unlink()
        path.parent.rmdir()
        control.open()
        said = [control.problem]
        path.parent.mkdir()
        control.open()
        assert await asked()
        await control.close()
        return [*said, control.problem]

    gone, back = asyncio.run(main())
    assert "No such file or directory" in gone
    assert back == ""
    assert not path.exists()


def test_connections_are_bounded(tmp_path: Path) -> None:
    async def main() -> bytes:
        control = ControlServer(tmp_path, {"status": _status})
        control.open()
        with client.reachable(tmp_path / client.SOCKET) as address:
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

    async def main() -> list[str]:
        control = ControlServer(folder, {"status": _status})
        control.open()
        problems = [control.problem]
        folder.mkdir()
        control.open()
        problems.append(control.problem)
        control.open()  # which is open already
        with client.reachable(folder / client.SOCKET) as address:
            reader, writer = await asyncio.open_unix_connection(address)
        writer.write(b'{"command": "status"}\n')
        assert json.loads(await reader.read())["ok"]
        writer.close()
        await control.close()
        return problems

    first, second = asyncio.run(main())
    assert first.endswith("control.sock: No such file or directory")
    assert second == ""
    assert list(folder.iterdir()) == []
