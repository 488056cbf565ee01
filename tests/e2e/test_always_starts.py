"""OPS-2: whatever is wrong with another part, names are answered; it is said, and it comes back by itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from sm_dns.ipc.socket_paths import SOCKET
from tests.conftest import lacking, require, require_root
from tests.e2e.test_store_trouble import fill
from tests.support.certificates import make_certificate
from tests.support.dig import dig
from tests.support.network import IP
from tests.support.processes import PYTHON, eventually, free_port
from tests.support.server import House

LISTED = "www.netflix.com"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    require("dig")
    made = House(tmp_path, ["192.0.2.1"])
    try:
        yield made
    finally:
        made.close()


def answers(house: House) -> bool:
    return house.dig(LISTED).data == ["0.0.0.0"]


def errors(house: House) -> list[str]:
    return [one["text"] for one in house.status()["findings"] if one["level"] == "error"]


def left_out(house: House) -> list[str]:
    return [one["part"] for one in house.status()["left_out"]]


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder on a disk that takes nothing, and afterwards as it was."""
    require("mount", "umount")
    require_root()
    mount = ("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(folder))
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        lacking("no mounts here")
    try:
        yield
    finally:
        subprocess.run(("umount", "--lazy", str(folder)), check=True)


def test_the_dashboard_without_a_certificate_is_foretold_and_left_out(house: House) -> None:
    house.write(f'web: {{listen: ["0.0.0.0:{free_port()}"]}}')
    told = house.run("check")
    assert told.returncode == 1
    assert "error: web would be left out: " in told.stdout and "it needs a certificate" in told.stdout
    house.start()
    assert answers(house)
    status = house.run("status")
    assert status.returncode == 3
    first, second = status.stdout.splitlines()[:2]
    assert first.startswith("running") and second.startswith("error: web is left out since ")
    assert house.audited("part.") == ["part.left_out"]


def test_a_dashboard_answers_where_it_can_and_elsewhere_when_it_can(house: House) -> None:
    here, there = free_port(), free_port()
    with socket.create_server(("127.0.0.1", there)):
        house.write(f'web: {{listen: ["127.0.0.1:{here}", "127.0.0.1:{there}"]}}')
        house.start()
        eventually(lambda: len(errors(house)) == 1, "it is told where the dashboard is not")
        assert errors(house)[0].startswith(
            f"the dashboard does not answer at web 127.0.0.1:{there}: the port is in use by "
        )
        assert house.status()["web"]["listening"] == [f"http://127.0.0.1:{here}"]
    eventually(lambda: len(house.status()["web"]["listening"]) == 2, "the other address is had")
    assert errors(house) == []
    for port in (here, there):
        assert urlopen(f"http://127.0.0.1:{port}/healthz").status == 200


def test_a_key_that_comes_back_is_taken_up_without_a_restart(house: House) -> None:
    dot = free_port()
    make_certificate(house.directory)
    key = house.directory / "tls.key"
    away = key.rename(house.directory / "away")
    house.write(f'tls: {{certificate: tls.pem, key: tls.key, dot: ["127.0.0.1:{dot}"]}}')
    assert house.run("check").returncode == 1
    house.start()
    assert answers(house) and left_out(house) == ["tls"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", dot))
    away.rename(key)
    eventually(lambda: left_out(house) == [], "the key is back")
    eventually(lambda: f"tls://127.0.0.1:{dot}" in house.status()["listening"], "it is listened on")
    assert dig("127.0.0.1", dot, LISTED, "A", "+tls").data == ["0.0.0.0"]
    assert house.run("check").returncode == 0
    assert house.audited("part.") == ["part.left_out", "part.settled"]
    assert [worker["restarts"] for worker in house.status()["workers"]] == [0]


def test_an_address_that_is_wanted_no_more_is_not_said_to_be_back(house: House) -> None:
    mine = f"127.0.0.1:{house.port}"
    house.write(listen=[mine, "192.0.2.77:5353"])
    house.start()
    assert left_out(house) == ["listen 192.0.2.77:5353"]
    house.write(listen=[mine])
    eventually(lambda: left_out(house) == [], "the address is forgotten")
    last = house.status()["alarms"][-1]["text"]
    assert last.startswith("listen 192.0.2.77:5353 is back or wanted no more; it was left out since ")
    assert house.audited("part.") == ["part.left_out", "part.settled"]


def test_a_port_that_somebody_has_is_taken_when_it_is_free(house: House) -> None:
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.bind(("127.0.0.1", 0))
    port = other.getsockname()[1]
    house.write("workers: 2", listen=[f"127.0.0.1:{house.port}", f"127.0.0.1:{port}"])
    assert (
        f"error: listen 127.0.0.1:{port} would be left out: the port is in use by"
        in house.run("check").stdout
    )
    house.start()
    assert answers(house)
    (text,) = errors(house)
    assert text.startswith(f"listen 127.0.0.1:{port} is left out since ")
    other.close()
    eventually(lambda: errors(house) == [], "the port is had")
    for transport in ("+notcp", "+tcp"):
        assert dig("127.0.0.1", port, LISTED, "A", transport).data == ["0.0.0.0"]
    assert house.run("check").returncode == 0  # what the running server holds is its own


def test_who_holds_the_only_port_for_tcp_alone_leaves_udp(house: House) -> None:
    part = f"listen 127.0.0.1:{house.port} over TCP"
    house.write(listen=[f"127.0.0.1:{house.port}"])
    with socket.create_server(("127.0.0.1", house.port)):
        assert f"error: {part} would be left out: the port is in use by" in house.run("check").stdout
        house.start()
        assert dig("127.0.0.1", house.port, LISTED, "A", "+notcp").data == ["0.0.0.0"]
        assert left_out(house) == [part]
        status = house.run("status")
        assert (status.returncode, f"(pid {os.getpid()})" in status.stdout) == (3, True)  # not its own UDP
        # The running server has the port for UDP: that is no answer for TCP.
        assert f"error: {part} would be left out" in house.run("check").stdout
    eventually(lambda: left_out(house) == [], "TCP is had")
    assert dig("127.0.0.1", house.port, LISTED, "A", "+tcp").data == ["0.0.0.0"]
    assert house.run("check").returncode == 0
    assert house.audited("part.") == ["part.left_out", "part.settled"]


def test_an_address_that_comes_late_is_answered(house: House) -> None:
    require("unshare")
    require_root()
    space = f"smdns-late-{os.getpid()}"
    if subprocess.run((IP, "netns", "add", space), capture_output=True, check=False).returncode:
        lacking("no network namespaces here")
    inside = (IP, "netns", "exec", space)
    try:
        subprocess.run((*inside, IP, "link", "set", "lo", "up"), check=True)
        house.write(listen=[f"127.0.0.1:{house.port}", f"10.9.8.7:{house.port}"], clients=("0.0.0.0/0",))
        house.start(prefix=inside)
        assert dig("127.0.0.1", house.port, LISTED, "A", prefix=inside).data == ["0.0.0.0"]
        assert left_out(house) == [f"listen 10.9.8.7:{house.port}"]
        subprocess.run((*inside, IP, "addr", "add", "10.9.8.7/24", "dev", "lo"), check=True)
        eventually(lambda: left_out(house) == [], "the address has come")
        assert dig("10.9.8.7", house.port, LISTED, "A", prefix=inside).data == ["0.0.0.0"]
    finally:
        house.close()
        subprocess.run((IP, "netns", "del", space), check=False)


@pytest.mark.parametrize("damage", ["broken", "missing"])
def test_a_configuration_that_cannot_be_used_leaves_the_last_good_policy(house: House, damage: str) -> None:
    house.zones.mkdir()
    (house.zones / "streaming.txt").write_text("portal.corp\n")
    house.start()
    assert house.stop() == 0
    good = house.config.read_text()
    house.config.unlink() if damage == "missing" else house.config.write_text("listen: [\n")
    house.start()
    assert answers(house) and house.dig("portal.corp").data == ["0.0.0.0"]
    assert house.status()["last_error"].startswith(str(house.config))
    if damage == "broken":
        status = house.run("status")
        assert (status.returncode, "NOT RELOADED: " in status.stdout) == (3, True)
    house.config.write_text(good)
    eventually(lambda: house.status()["last_error"] is None, "what is mended is taken in")
    assert house.run("status").returncode == 0


def test_damaged_exemptions_leave_the_last_good_policy(house: House) -> None:
    house.start()
    assert house.stop() == 0
    (house.state / "exemptions.json").write_text("{damaged")
    house.start()
    assert answers(house)
    assert "exemptions.json: is not a list of exemptions" in house.status()["last_error"]
    assert house.run("status").returncode == 3
    (house.state / "exemptions.json").write_text("[]")
    eventually(lambda: house.status()["last_error"] is None, "what is mended is taken in")


def test_a_file_in_the_place_of_the_state_is_foretold(house: House) -> None:
    house.state.touch(mode=0o755)
    told = house.run("check")
    assert told.returncode == 1
    assert f"error: state_dir would be left out: {house.state}: Not a directory" in told.stdout
    assert house.state.is_file()
    house.start()
    assert answers(house)
    status = house.run("status")
    assert status.returncode == 1
    assert status.stdout.startswith(
        f"not running, or running where no command reaches it: {house.state}: Not a"
    )


def test_commands_reach_the_server_where_its_state_cannot_be_written(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o750)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(runtime))
    house.state.mkdir()
    with read_only(house.state):
        house.start()
        assert answers(house)
        assert left_out(house) == ["state_dir"]
        status = house.run("status")
        assert (status.returncode, status.stderr) == (3, "")
        assert house.run("reload").returncode == 0
    eventually(lambda: (house.state / SOCKET).exists(), "the first place is had again")
    assert house.stop() == 0
    assert list(runtime.iterdir()) == []


def test_commands_reach_the_server_after_its_state_was_removed(house: House) -> None:
    house.start()
    shutil.rmtree(house.state, ignore_errors=True)
    shutil.rmtree(house.state, ignore_errors=True)  # the service writes meanwhile
    eventually(lambda: house.run("status").returncode != 1, "the server is found again")
    assert house.state.is_dir()  # nobody counts here who would make it anew
    assert answers(house)


def test_a_checkout_that_lost_its_configuration_is_found_and_starts_by_the_last_good_one(
    tmp_path: Path,
) -> None:
    require("dig")
    folder = tmp_path / "config"
    folder.mkdir()
    with closing(House(folder, ["192.0.2.1"])) as house:
        house.write("state_dir: ../var")
        house.start()
        house.config.unlink()
        status = house.run("status")
        assert status.returncode == 3, status.stderr
        assert "the configuration cannot be used, the server goes on by the one before" in status.stdout
        assert house.stop() == 0
        house.start()
        assert answers(house)


def test_without_a_good_policy_the_start_says_what_is_wrong(house: House) -> None:
    house.config.write_text("listen: [\n")
    server = house.spawn()
    assert server.wait() == 2
    assert f"{house.config}:2: " in server.err


def test_a_full_disk_at_the_start_does_not_matter(house: House) -> None:
    require("mount", "umount")
    require_root()
    house.state.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(house.state))
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        lacking("no mounts here")
    try:
        filler = fill(house.state)
        told = house.run("check")
        assert told.returncode == 1
        assert f"error: state_dir would be left out: {house.state}: No space left on device" in told.stdout
        house.start()
        assert answers(house)
        filler.unlink()
        eventually(lambda: (house.state / "control.sock").exists(), "commands reach it")
        house.reload()
        eventually(lambda: left_out(house) == [], "the disk is used again")
        assert Path(house.status()["directory"]).is_relative_to(house.state)
    finally:
        house.close()
        subprocess.run(("umount", "--lazy", str(house.state)), check=True)


def test_modules_in_the_folder_where_it_is_started_are_not_run(tmp_path: Path) -> None:
    """Whoever may write into the folder in which root starts the service must not be root for that."""
    require("dig")
    command = shutil.which("sm-dns", path=str(Path(PYTHON).parent))
    assert command is not None, "the command is installed"
    house = House(tmp_path, ["192.0.2.1"], (command,))
    try:
        stay_out_of_the_trap(house, tmp_path)
    finally:
        house.close()


def stay_out_of_the_trap(house: House, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    sprung = tmp_path / "sprung"
    for name in ("ipaddress", "json", "asyncio", "yaml", "dnslib", "starlette", "sm_dns", "struct"):
        (trap / f"{name}.py").write_text(
            f"open({str(sprung)!r}, 'a').write({name + chr(10)!r})\nraise SystemExit(1)\n"
        )
    page, web = free_port(), free_port()
    house.write(
        f'portal: {{listen: ["127.0.0.1:{page}"], name: n.example}}', f'web: {{listen: ["127.0.0.1:{web}"]}}'
    )
    house.start(prefix=("env", "-C", str(trap)))
    assert answers(house)
    eventually(lambda: (house.status()["web"] or {}).get("listening"), "the dashboard runs")
    assert "requests" in house.status()["portal"]
    assert house.reload()["ok"]
    assert not sprung.exists(), sprung.read_text()
