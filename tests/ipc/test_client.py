from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sm_dns.ipc import client, socket_paths
from sm_dns.ipc.requests import Flush, Flushed
from sm_dns.util.errors import BadInput

FLUSH = Flush("x.example")


@contextmanager
def server(state_dir: Path, *answers: bytes) -> Iterator[list[bytes]]:
    """A real server for one connection, which keeps what it was asked."""
    asked: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        with socket_paths.reachable(state_dir / socket_paths.SOCKET) as address:
            listener.bind(address)
        listener.listen()

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(65536))
                for answer in answers:
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield asked
        thread.join()


def test_a_request_and_its_answer(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    with server(deep, b'{"ok": true, ', b'"answers": 5}\n') as asked:
        assert client.ask(deep, FLUSH) == Flushed(5)
    assert json.loads(asked[0]) == {"command": "flush", "name": "x.example"}
    assert asked[0].endswith(b"\n")


def test_no_server_is_no_error(tmp_path: Path) -> None:
    assert client.ask(tmp_path, FLUSH) is None
    assert client.ask(tmp_path / "missing", FLUSH) is None
    path = tmp_path / socket_paths.SOCKET
    with socket.socket(socket.AF_UNIX) as left_over, socket_paths.reachable(path) as address:
        left_over.bind(address)
    assert client.ask(tmp_path, FLUSH) is None


@pytest.mark.parametrize("answer", [b"", b"nonsense\n", b"[]\n", b'{"ok":'])
def test_an_answer_that_is_none(tmp_path: Path, answer: bytes) -> None:
    with server(tmp_path, answer), pytest.raises(BadInput, match="no answer"):
        client.ask(tmp_path, FLUSH)


def test_a_server_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        with socket_paths.reachable(tmp_path / socket_paths.SOCKET) as address:
            listener.bind(address)
        listener.listen()
        with pytest.raises(BadInput, match="cannot be reached: timed out"):
            client.ask(tmp_path, FLUSH, timeout=0.05)


def test_a_no_is_told_with_its_reason(tmp_path: Path) -> None:
    with (
        server(tmp_path, b'{"ok": false, "error": {"text": "{what} label", "values": {"what": "empty"}}}\n'),
        pytest.raises(client.Refused, match=r"^empty label$"),
    ):
        client.ask(tmp_path, FLUSH)


@pytest.mark.parametrize(
    "answer",
    [
        b'{"ok": true}\n',
        b'{"ok": true, "answers": 5, "of": "2.0"}\n',
        b'{"ok": false, "error": "no such command"}\n',
    ],
)
def test_a_server_of_another_version_is_told_apart(tmp_path: Path, answer: bytes) -> None:
    """Installed anew and not yet started anew: what it does not say is not made up."""
    with server(tmp_path, answer), pytest.raises(client.OtherVersion, match="another version, restart it: "):
        client.ask(tmp_path, FLUSH)
