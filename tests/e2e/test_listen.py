"""Wildcard listeners, and what `make run` tells a first-time user."""

from __future__ import annotations

import re
import shlex
import subprocess

import pytest

from tests.support.dig import dig
from tests.support.processes import REPOSITORY
from tests.support.server import House


@pytest.mark.ipv6
def test_two_workers_on_wildcards_reply_from_the_address_that_was_asked(house: House) -> None:
    """dig takes no reply from elsewhere: it says so and waits on (RFC 1123 §6.1.3.2)."""
    house.write("workers: 2", listen=[f"0.0.0.0:{house.port}", f"[::]:{house.port}"])
    house.start()
    assert len(set(house.worker_pids())) == 2
    for address in ("127.0.0.1", "127.1.2.3", "::1"):
        for name, data in (("netflix.com", "0.0.0.0"), ("portal.corp", "198.51.100.5")):
            for transport in ("+notcp", "+notcp", "+tcp"):  # the second time from the packet cache
                told = house.dig(name, "A", transport, address=address)
                assert told.data == [data]
                assert "unexpected source" not in told.text


@pytest.mark.ipv6
def test_the_hints_of_the_first_run_are_true(house: House) -> None:
    house.copy_shipped()
    server = house.start("--hints", "--at", "2026-08-10T10:00:00")
    lines = server.out.splitlines()
    assert lines[0] == f"ready 127.0.0.1:{house.port} [::1]:{house.port}"
    assert re.search(r"group default \(.*\): DENIED now, 2026-08-10T10:00:\d\d", server.out)
    assert "changes at 2026-08-10T13:00:00" in server.out

    asked = re.findall(r"dig (@\S+) -p (\d+) (\S+) +# denied: ", server.out)
    assert [name for _, _, name in asked] == ["www.facebook.com", "www.netflix.com"]
    for server_word, port, name in asked:
        told = dig(server_word.removeprefix("@"), int(port), name, "A")
        assert 15 in told.ede
        assert told.data == ["0.0.0.0"]
    assert house.dig("portal.corp").data == ["198.51.100.5"]

    commands = re.findall(r"\.venv/bin/sm-dns (\S+)((?: (?!\s)\S+)*)", server.out)
    assert [command for command, _ in commands] == ["explain", "timetable"]
    for command, arguments in commands:
        done = house.run(command, *shlex.split(arguments))
        assert done.returncode == 0, done.stderr
    assert "Ctrl-C" in server.out
    assert house.stop() == 0


def test_the_command_of_make_run_is_the_one_that_is_tested_here() -> None:
    plan = subprocess.run(
        ["make", "-n", "run"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    assert "sm-dns serve --config config/sm-dns.yaml --hints" in plan
