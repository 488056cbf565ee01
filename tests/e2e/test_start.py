"""A minimal configuration starts and answers; what cannot start says why and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.processes import free_port, is_alive
from tests.support.server import House


@pytest.mark.ipv6
def test_a_minimal_configuration_answers_on_every_address_and_transport(house: House) -> None:
    server = house.start()
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
    assert "OPT" not in house.dig("netflix.com", "A", "+noedns").text  # only EDNS clients are told why
    (worker,) = house.worker_pids()
    assert house.stop() == 0
    assert server.out.count("ready") == 1
    assert not is_alive(worker)
    assert not (house.state / "control.sock").exists()
    done = house.run("status")
    assert (done.returncode, done.stdout) == (1, "not running\n")


def test_a_broken_configuration_does_not_start_and_names_the_line(house: House) -> None:
    house.write("ttl: {denied: 61}")
    server = house.spawn()
    assert server.wait() == 2
    assert server.out == ""
    assert f"{house.config}:5: " in server.err
    assert "Traceback" not in server.err


def test_a_broken_list_does_not_start_and_names_the_line(house: House) -> None:
    house.zones.mkdir()
    (house.zones / "social.txt").write_text("good.example\n\nbad..example\n")
    server = house.spawn()
    assert server.wait() == 2
    assert f"{house.zones / 'social.txt'}:3: " in server.err


@pytest.mark.ipv6
def test_a_second_server_on_the_same_state_is_refused_and_harms_nothing(house: House, tmp_path: Path) -> None:
    house.start()
    (pid,) = house.worker_pids()
    other = tmp_path / "other.yaml"
    other.write_text(house.config.read_text().replace(str(house.port), str(free_port())))
    for _ in range(3):
        second = house.spawn(config=other)
        assert second.wait() == 2
    assert f"another sm-dns serves with this state directory: {house.state}" in second.err
    os.kill(pid, signal.SIGKILL)  # the next one must still find what to answer by
    assert house.dig("netflix.com", "A", "+tries=3").data == ["0.0.0.0"]


def test_a_port_in_use_is_said_with_its_holder(house: House) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", house.port))
        house.write(listen=[f"127.0.0.1:{house.port}"])  # the only one
        server = house.spawn()
        assert server.wait() == 2
    assert f"listen 127.0.0.1:{house.port}: the port is in use by " in server.err
    assert f"(pid {os.getpid()})" in server.err


def test_port_53_is_refused_for_a_rehearsal(house: House) -> None:
    house.write(listen=["127.0.0.1:53"])
    server = house.spawn("--at", "2026-08-10T12:59:57")
    assert server.wait() == 2
    assert "a rehearsal does not answer on port 53" in server.err


def test_a_signal_to_the_whole_process_group_ends_it_in_order(house: House) -> None:
    """As of a terminal or of `timeout`: the control process ends the others, and none of them is missed before."""
    require("setsid")
    server = house.start(prefix=("setsid",))
    os.killpg(server.pid, signal.SIGTERM)
    assert server.wait() == 0
    assert "ERROR" not in server.err
    assert "starting another" not in server.err
