"""A minimal configuration starts and answers; what cannot start says why and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.support.processes import free_port
from tests.support.server import House


def test_a_minimal_configuration_answers_on_every_address_and_transport(house: House) -> None:
    began = time.monotonic()
    server = house.start()
    assert time.monotonic() - began < 6.0
    assert server.out == f"ready 127.0.0.1:{house.port} [::1]:{house.port}\n"
    for address in ("127.0.0.1", "::1"):
        for transport in ("+notcp", "+tcp"):
            told = house.dig("portal.corp", "A", transport, address=address)
            assert (told.status, told.data) == ("NOERROR", ["198.51.100.5"])
            denied = house.dig("www.netflix.com", "A", transport, address=address)
            assert (denied.status, denied.data) == ("NOERROR", ["0.0.0.0"])
            assert {15, 4} <= set(denied.ede)
    assert house.dig("netflix.com", "AAAA").data == ["::"]
    https = house.dig("netflix.com", "HTTPS")
    assert (https.status, https.answer, https.authority[0][3]) == ("NOERROR", [], "SOA")
    assert house.dig("nosuch.corp").status == "NXDOMAIN"
    assert house.stop() == 0
    assert server.out.count("ready") == 1


def test_only_edns_clients_are_told_why(house: House) -> None:
    house.start()
    assert "EDE" in house.dig("netflix.com").text
    assert "OPT" not in house.dig("netflix.com", "A", "+noedns").text


def test_a_stopped_server_leaves_neither_socket_nor_worker(house: House) -> None:
    house.start()
    house.worker_pids()
    assert (house.state / "control.sock").exists()
    house.stop()
    assert not (house.state / "control.sock").exists()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", house.port))
    done = house.run("status")
    assert (done.returncode, done.stdout) == (1, "not running\n")


def test_a_broken_configuration_does_not_start_and_names_the_line(house: House) -> None:
    house.write("ttl: {denied: 61}")
    server = house.spawn()
    assert server.wait(10) == 2
    assert server.out == ""
    assert f"{house.config}:5: " in server.err
    assert "Traceback" not in server.err


def test_a_broken_list_does_not_start_and_names_the_line(house: House) -> None:
    house.zones.mkdir()
    (house.zones / "social.txt").write_text("good.example\n\nbad..example\n")
    server = house.spawn()
    assert server.wait(10) == 2
    assert f"{house.zones / 'social.txt'}:3: " in server.err


def test_a_second_server_on_the_same_state_is_refused_and_harms_nothing(house: House, tmp_path: Path) -> None:
    house.start()
    (pid,) = house.worker_pids()
    other = tmp_path / "other.yaml"
    other.write_text(house.config.read_text().replace(str(house.port), str(free_port())))
    for _ in range(4):
        second = house.spawn(config=other)
        assert second.wait(10) == 2
    assert f"another sm-dns serves with this state directory: {house.state}" in second.err
    os.kill(pid, signal.SIGKILL)  # the next one must still find what to answer by
    assert house.dig("netflix.com", "A", "+tries=3").data == ["0.0.0.0"]


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM], ids=["UDP", "TCP"])
def test_a_port_in_use_is_said_with_its_holder(house: House, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", house.port))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        server = house.spawn()
        assert server.wait(10) == 2
    assert f"listen 127.0.0.1:{house.port}: the port is in use by " in server.err
    assert f"(pid {os.getpid()})" in server.err


def test_port_53_is_refused_for_a_rehearsal(house: House) -> None:
    house.write(listen=["127.0.0.1:53"])
    server = house.spawn("--at", "2026-08-10T12:59:57")
    assert server.wait(10) == 2
    assert "a rehearsal does not answer on port 53" in server.err
