from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.listen import port_owners
from tests.support.processes import eventually, free_port

STUB = (
    "  42: 3500007F:{port:04X} 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 999 2\n"
)
HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
@pytest.mark.parametrize(
    ("family", "host"),
    [(socket.AF_INET, "127.0.0.1"), pytest.param(socket.AF_INET6, "::1", marks=pytest.mark.ipv6)],
)
def test_a_holder_is_found(family: socket.AddressFamily, host: str, kind: socket.SocketKind) -> None:
    with socket.socket(family, kind) as sock:
        sock.bind((host, 0))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        found = port_owners.holders(sock.getsockname()[1])
        other = port_owners.TCP if kind == socket.SOCK_DGRAM else port_owners.UDP
        assert port_owners.holders(sock.getsockname()[1], other) == []  # who has UDP is not in the way of TCP
    assert [(holder.pid, holder.is_worker) for holder in found] == [(os.getpid(), False)]
    assert found[0].name


def test_a_port_that_nobody_holds_has_no_holder() -> None:
    assert port_owners.holders(free_port()) == []


def test_a_connection_from_a_port_does_not_hold_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
        assert port_owners.holders(client.getsockname()[1]) == []


def test_the_stub_of_systemd_resolved_is_known_by_its_address(tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "udp").write_text(HEADER + STUB.format(port=53))
    assert port_owners.is_stub_of_resolved(53, tmp_path)
    assert not port_owners.is_stub_of_resolved(5353, tmp_path)
    assert port_owners.holders(53, proc=tmp_path) == []  # another user's process cannot be looked into


def test_what_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    assert port_owners.holders(53, proc=tmp_path) == []
    assert not port_owners.is_stub_of_resolved(53, tmp_path)


@pytest.fixture
def orphan() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that holds a port and looks like a worker whose control process is gone."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        port = free_port()  # none that the system gives to whoever asks somebody just now
        sock.bind(("127.0.0.1", port))
        command = [sys.executable, "-c", "import time; time.sleep(60)", "-m", "sm_dns.serve.worker"]
        process = subprocess.Popen(command, pass_fds=[sock.fileno()])
        eventually(lambda: any(one.is_worker for one in port_owners.holders(port)), "it holds the port")
        try:
            assert not port_owners.dismiss_orphans([port])  # we hold it too: it is no orphan
            sock.close()
            yield process, port
        finally:
            process.kill()
            process.wait()


def test_an_orphan_is_dismissed(orphan: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = orphan
    assert port_owners.dismiss_orphans([port])
    assert process.wait(60) < 0
    assert port_owners.holders(port) == []
    assert not port_owners.dismiss_orphans([port])


@pytest.mark.ipv6
def test_every_address_of_a_port_is_told_with_who_has_it(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as six, socket.socket() as four:
        six.bind(("::1", 0))
        port = six.getsockname()[1]
        try:
            four.bind(("127.0.0.2", port))
        except OSError:
            pytest.skip("somebody took the port")
        four.listen()
        found = port_owners.bindings(port)
    told = {(each.protocol, each.address, each.holder.pid if each.holder else 0) for each in found}
    assert told >= {("udp", "::1", os.getpid()), ("tcp", "127.0.0.2", os.getpid())}
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "udp").write_text(HEADER + STUB.format(port=53))
    assert port_owners.bindings(53, tmp_path) == [port_owners.Binding("udp", "127.0.0.53", None)]
