"""What the service manager gives and hears: sockets, readiness, reloads, the watchdog."""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes import PYTHON, REPOSITORY, eventually, free_port
from tests.support.server import House

WATCHDOG_SECONDS = 1.0


class Manager:
    """The receiving end of NOTIFY_SOCKET."""

    def __init__(self, path: Path) -> None:
        self.heard: list[str] = []
        self.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1e6))}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def hears(self, word: str) -> bool:
        """Whether a message with this line has come so far."""
        try:
            while True:
                self.heard.append(self._socket.recv(4096).decode())
        except BlockingIOError:
            return any(word in message.splitlines() for message in self.heard)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manager]:
    manager = Manager(tmp_path_factory.mktemp("n") / "s")
    yield manager
    manager.close()


@pytest.mark.ipv6
def test_the_manager_hears_of_readiness_reloads_life_and_the_end(house: House, manager: Manager) -> None:
    server = house.start(environment=manager.environment)
    eventually(lambda: manager.hears("READY=1"), "ready")
    (ready,) = [message for message in manager.heard if "READY=1" in message]
    assert f"MAINPID={server.pid}" in ready.splitlines()
    assert any(line.startswith("STATUS=office ") for line in ready.splitlines())
    assert house.dig("netflix.com").data == ["0.0.0.0"]  # ready means that it answers

    manager.heard.clear()
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    server.send(signal.SIGHUP)
    eventually(lambda: manager.hears("RELOADING=1"), "reloading")
    eventually(lambda: manager.hears("READY=1"), "ready again")
    lines = [line for message in manager.heard for line in message.splitlines()]
    assert lines.index("RELOADING=1") < lines.index("READY=1")
    (stamp,) = [line.partition("=")[2] for line in lines if line.startswith("MONOTONIC_USEC=")]
    assert before < int(stamp) < time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000

    manager.heard.clear()
    eventually(lambda: manager.hears("WATCHDOG=1"), "a sign of life")
    assert house.stop() == 0
    assert manager.hears("STOPPING=1")


@pytest.mark.ipv6
def test_sockets_of_the_manager_are_answered_on_by_all_workers(house: House) -> None:
    house.write("workers: 2", listen=[f"127.0.0.1:{free_port()}"])
    launcher = (PYTHON, str(REPOSITORY / "tests" / "support" / "activate.py"), str(house.port))
    server = house.start(prefix=launcher)
    assert server.out == f"ready 127.0.0.1:{house.port} [::1]:{house.port}\n"
    for address in ("127.0.0.1", "::1"):
        for transport in ("+notcp", "+tcp"):
            assert house.dig("netflix.com", "A", transport, address=address).data == ["0.0.0.0"]
            assert house.dig("portal.corp", "A", transport, address=address).data == ["198.51.100.5"]
    assert len(set(house.worker_pids())) == 2
