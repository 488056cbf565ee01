"""What goes wrong around a resolver, and what staff notice of it: as little as can be."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS
from tests.conftest import lacking
from tests.support.load import Load, answers
from tests.support.processes import eventually, free_port, is_alive
from tests.support.server import House
from tests.support.unbound import ADDRESS, Unbound


@contextmanager
def _silent_upstream() -> Iterator[str]:
    """A server that takes every query and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{sock.getsockname()[1]}"


def test_a_silent_first_upstream_costs_no_answer(house: House) -> None:
    with _silent_upstream() as silent:
        house.upstreams.insert(0, silent)
        house.write()
        house.start()
        for number in range(4):
            told = house.dig(f"n{number}.load.corp")
            assert told.data == [ADDRESS]
            assert told.got - told.asked < QUERY_RESOLUTION_SECONDS
        failures = [one["failures"] for one in house.status()["workers"][0]["upstreams"]]
        assert failures[0] > 0 == failures[1]


def test_with_every_upstream_dead_a_denied_name_is_denied_and_others_fail_with_a_reason(house: House) -> None:
    house.upstreams = [f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"]
    house.write()
    house.start()
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    told = house.dig("portal.corp")
    assert told.status == "SERVFAIL"
    assert set(told.ede) & {22, 23}
    assert told.got - told.asked < QUERY_RESOLUTION_SECONDS


def test_the_last_answer_is_served_stale_until_the_upstream_is_back(
    house: House, own_upstream: Unbound
) -> None:
    house.upstreams = [own_upstream.address]
    house.write()
    house.start()
    assert house.dig("brief.corp").ttls == [1]
    own_upstream.stop()
    time.sleep(1.1)
    stale = house.dig("brief.corp")
    assert (stale.status, stale.data) == ("NOERROR", ["198.51.100.6"])
    assert 3 in stale.ede
    assert stale.ttls[0] <= 30
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    own_upstream.start()
    eventually(lambda: not house.dig("brief.corp").ede, "answers are fresh again")


def test_a_broken_list_or_configuration_changes_nothing_but_says_where(house: House) -> None:
    house.zones.mkdir()
    listed = house.zones / "streaming.txt"
    listed.write_text("portal.corp\n")
    server = house.start()
    listed.write_text("portal.corp\nbrief.corp\nnot a name!\n")
    where = f"{listed}:3: "
    eventually(lambda: where in server.err, "the error is told")
    assert where in house.status()["last_error"]
    assert f"NOT RELOADED: {where}" in house.run("status").stdout
    done = house.run("reload")
    assert done.returncode == 1
    assert where in done.stdout
    assert house.run("check").returncode == 2

    listed.write_text("portal.corp\n")
    good = house.config.read_text()
    house.config.write_text(good[: len(good) // 2])  # half written
    where = f"error: {house.config}:"
    eventually(lambda: f"stays: {house.config}:" in server.err, "half a file is told")
    done = house.run("reload")
    assert done.returncode == 2
    assert where in done.stderr
    done = house.run("status")
    assert done.returncode == 3
    assert done.stdout.startswith("running (pid ")
    assert (
        f"error: the configuration cannot be used, the server goes on by the one before: {house.config}:"
        in done.stdout
    )
    status = json.loads(house.run("status", "--json").stdout)
    assert str(house.config) in status["findings"][0]["text"]
    house.config.write_text(good)
    eventually(lambda: house.status()["last_error"] is None, "what is mended is taken in")
    assert house.dig("portal.corp").data == ["0.0.0.0"]
    assert house.dig("brief.corp").data == ["198.51.100.6"]
    assert server.out.count("ready") == 1


def test_refused_generations_do_not_push_out_the_one_in_force(house: House) -> None:
    """A worker that dies after many refused reloads still finds what to answer by (T13)."""
    house.zones.mkdir()
    listed = house.zones / "streaming.txt"
    listed.write_text("".join(f"name{number}.corp\n" for number in range(4000)))
    house.start()
    (pid,) = house.worker_pids()
    listed.write_text("name1.corp\n")
    for _ in range(4):
        assert "the lists shrank from" in house.reload()["error"]
    os.kill(pid, signal.SIGKILL)
    assert house.dig("name2000.corp", "A", "+tries=3").data == ["0.0.0.0"]


def test_a_killed_worker_is_replaced_and_hardly_missed(house: House) -> None:
    house.start()
    pids = house.worker_pids()
    questions = [("netflix.com", answers("0.0.0.0")), ("portal.corp", answers("198.51.100.5"))]
    with Load(("127.0.0.1", house.port), questions) as load:
        eventually(lambda: load.answered > 100, "it answers")
        os.kill(pids[0], signal.SIGKILL)
        eventually(lambda: not is_alive(pids[0]), "the worker dies")
        before = load.answered
        eventually(lambda: load.answered > before + 700, "another answers")
    assert load.wrong == []
    assert load.lost < 0.01 * load.sent
    found = house.worker_pids()
    assert pids[0] not in found
    assert house.status()["workers"][0]["restarts"] == 1


def test_workers_outlive_a_killed_control_process_and_make_way_for_a_new_one(house: House) -> None:
    server = house.start()
    (worker,) = house.worker_pids()
    server.send(signal.SIGKILL)
    server.wait()
    assert house.dig("portal.corp").data == ["198.51.100.5"]
    assert house.dig("netflix.com", "A", "+tcp").data == ["0.0.0.0"]
    assert house.run("status").returncode == 1
    house.start()
    assert house.worker_pids() != [worker]
    assert house.dig("portal.corp").data == ["198.51.100.5"]


def _unwritable(directory: Path) -> tuple[str, ...]:
    """Make a directory read-only for what is started behind the words that are returned; root needs a mount."""
    directory.mkdir()
    if os.geteuid() != 0:
        directory.chmod(0o555)
        return ()
    mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    prefix = ("unshare", "--mount", "sh", "-c", mount, str(directory))
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        lacking("mounts")
    return prefix


def test_a_state_directory_that_cannot_be_written_does_not_stop_answers(house: House) -> None:
    server = house.start(prefix=_unwritable(house.state))
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    assert "the audit could not be written" in server.err
    assert "control socket is left out: " in server.err
    house.zones.mkdir()
    (house.zones / "streaming.txt").write_text("portal.corp\n")
    refused = "not reloaded, the old policy stays: the audit could not be written"
    eventually(lambda: refused in server.err, "what cannot be recorded is not put in force, and that is said")
    assert house.dig("portal.corp").data == ["198.51.100.5"]
    assert house.dig("netflix.com").data == ["0.0.0.0"]
    assert "Traceback" not in server.err
    assert house.stop() == 0
