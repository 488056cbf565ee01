from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.util import systemd

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(60)
        address = f"\0sm-dns-test-{os.getpid()}"
        listener.bind(address)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + address[1:])
        yield listener


def test_the_life_of_a_service(manager: socket.socket) -> None:
    assert systemd.ready("answering on 127.0.0.1:53\nor so")
    sent = manager.recv(4096).decode().split("\n")
    assert sent == ["READY=1", "STATUS=answering on 127.0.0.1:53 or so", f"MAINPID={os.getpid()}"]
    before = time.monotonic_ns() // 1000
    assert systemd.reloading()
    first, second = manager.recv(4096).decode().split("\n")
    assert first == "RELOADING=1"
    assert before <= int(second.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
    assert systemd.watchdog()
    assert manager.recv(4096) == b"WATCHDOG=1"
    assert systemd.status("fine")
    assert manager.recv(4096) == b"STATUS=fine"
    assert systemd.stopping()
    assert manager.recv(4096) == b"STOPPING=1"


def test_a_socket_in_the_file_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        assert systemd.watchdog()
        assert listener.recv(100) == b"WATCHDOG=1"
    assert not systemd.watchdog()


@pytest.mark.parametrize("address", [None, "", "relative", "/nowhere/to/be/found"])
def test_without_a_manager_nothing_happens(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if address is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not systemd.ready("x")


@pytest.mark.parametrize(
    ("microseconds", "pid", "interval"),
    [
        ("10000000", None, 5.0),
        ("10000000", "ours", 5.0),
        ("10000000", "1", None),
        ("0", None, None),
        ("x", None, None),
        (None, None, None),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_asked(
    monkeypatch: pytest.MonkeyPatch, microseconds: str | None, pid: str | None, interval: float | None
) -> None:
    for name, value in (("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", pid)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, str(os.getpid()) if value == "ours" else value)
    assert systemd.watchdog_interval() == interval


_CHILD = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid())
from sm_dns.util.systemd import inherited_sockets
print(*[one.getsockname()[1] for one in inherited_sockets()], len(inherited_sockets()), "LISTEN_FDS" in os.environ)
"""


def test_sockets_are_inherited_once() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", 0))
        tcp.bind(("127.0.0.1", 0))
        ports = [udp.getsockname()[1], tcp.getsockname()[1]]
        # The child finds them at 3 and 4, as the manager hands them over.
        script = 'exec "$@" 3<&"$UDP" 4<&"$TCP"'
        high = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 50) for one in (udp, tcp)]
        environment = os.environ | {"LISTEN_FDS": "2", "UDP": str(high[0]), "TCP": str(high[1])}
        run = subprocess.run(
            ["bash", "-c", script, "bash", sys.executable, "-c", _CHILD],
            env=environment,
            pass_fds=high,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        for number in high:
            os.close(number)
    assert run.stdout.split() == [str(ports[0]), str(ports[1]), "0", "False"]


def test_sockets_of_another_process_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", "1")
    monkeypatch.setenv("LISTEN_FDS", "1")
    assert systemd.inherited_sockets() == []
