"""A control socket as Kea has it: one question a connection, answered and closed."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Answer = Callable[[str], bytes]


@contextmanager
def kea_socket(path: Path, answer: Answer) -> Iterator[None]:
    """Answer each command until the end. b"" is no answer: then the connection stays open."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        server.listen()
        held: list[socket.socket] = []
        thread = threading.Thread(target=_serve, args=(server, answer, held), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for client in held:
                client.close()
            path.unlink()


def _serve(server: socket.socket, answer: Answer, held: list[socket.socket]) -> None:
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        told = answer(json.loads(client.recv(4096))["command"])
        held.append(client)
        try:
            client.sendall(told)
        except OSError:
            continue
        if told:
            client.close()


def found(*leases: dict[str, object]) -> bytes:
    """The answer with some leases, or with none."""
    return json.dumps({"result": 0 if leases else 3, "arguments": {"leases": leases}, "text": ""}).encode()


def refused(text: str, result: int = 2) -> bytes:
    """The answer of a server that does not do it."""
    return json.dumps({"result": result, "text": text}).encode()


def lease4(address: str, device: str, at: float, state: int = 0, lifetime: int = 3600) -> dict[str, object]:
    """A lease of DHCPv4, given or renewed at `at`."""
    return {
        "ip-address": address,
        "hw-address": device,
        "cltt": int(at),
        "valid-lft": lifetime,
        "state": state,
        "subnet-id": 1,
        "hostname": "pc.example.",
        "fqdn-fwd": False,
        "fqdn-rev": False,
    }
