"""Upstreams and listeners at link-local addresses, whose link is part of the address (RFC 4007)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.certificates import make_certificate
from tests.support.network import IP, Network, network
from tests.support.own_link import ADDRESS
from tests.support.processes import PYTHON, REPOSITORY, Process, eventually
from tests.support.server import House

pytestmark = pytest.mark.ipv6

PC = "02:00:00:00:77:11"
UPSTREAM, OURS = "fe80::77:11", "fe80::77:1"


@pytest.fixture
def net() -> Iterator[Network]:
    require("dig", "dnsmasq")
    with network() as made:
        made.plug_in("upstream", PC, "10.77.0.11")
        for where, device, address in (
            (made.server, "switch", OURS),
            (made.on("upstream"), "lan", UPSTREAM),
            (made.server, "lo", ADDRESS),
        ):
            words = ("addr", "replace", f"{address}/64", "dev", device, "nodad")
            subprocess.run((*where, IP, *words), check=True)
        yield made


@pytest.fixture
def upstream(net: Network, tmp_path: Path) -> Iterator[Process]:
    """One that answers every name below wide.example."""
    words = ("--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--user=root")
    where = ("--address=/wide.example/192.0.2.7", "--interface=lan", "--bind-interfaces")
    process = Process((*net.on("upstream"), "dnsmasq", *words, *where), tmp_path / "dnsmasq")
    try:
        yield process
    finally:
        process.stop()


@pytest.mark.parametrize("scheme", ["", "tcp://"])
def test_names_resolve_from_one_link_local_address_through_another(
    net: Network, upstream: Process, tmp_path: Path, scheme: str
) -> None:
    house = House(tmp_path, [f"{scheme}[{UPSTREAM}%switch]:53"])
    where = f"[{OURS}%switch]:{house.port}"
    house.write(listen=[where], clients=["fe80::/10"])
    question = ("dig", "+short", "+tries=1", "+time=6", "-p", str(house.port))
    server = house.start(prefix=net.server)
    try:
        assert f"{OURS}%switch" in server.out
        for way, options in ((f"@{OURS}%switch", ()), (f"@{OURS}%switch", ("+tcp",))):
            eventually(
                lambda way=way, options=options: (  # type: ignore[misc]
                    said(net, *question, way, *options, "www.wide.example") == "192.0.2.7\n"
                ),
                "a name resolves",
            )
        assert said(net, *question, f"@{OURS}%switch", "www.netflix.com") == "0.0.0.0\n"
    finally:
        house.close()


def test_a_wildcard_listener_answers_on_the_link_and_from_the_address_that_was_asked(
    net: Network, tmp_path: Path
) -> None:
    """From two addresses of one link, the second time from the packet cache; dig takes no reply from elsewhere."""
    other = "fe80::77:2"
    subprocess.run((*net.server, IP, "addr", "add", f"{other}/64", "dev", "switch", "nodad"), check=True)
    house = House(tmp_path, ["127.0.0.1"])
    house.write(listen=[f"[::]:{house.port}"], clients=["fe80::/10"])
    house.start(prefix=net.server)
    words = ("+tries=1", "+time=6", "-p", str(house.port), "www.netflix.com")
    try:
        for address in (OURS, other, OURS, other):
            asked = (*net.on("upstream"), "dig", f"@{address}%lan", *words)
            told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
            assert "\t0.0.0.0\n" in told, told
            assert f"SERVER: {address}%" in told
            assert "unexpected source" not in told
    finally:
        house.close()


def said(net: Network, *command: str) -> str:
    return subprocess.run((*net.server, *command), capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("scheme", ["tcp", "tls", "https"])
def test_every_way_of_asking_keeps_the_link(net: Network, tmp_path: Path, scheme: str) -> None:
    certificate, key = make_certificate(tmp_path)
    command = (PYTHON, "-m", "tests.support.own_link", scheme, str(certificate), str(key))
    done = subprocess.run(
        (*net.server, "env", f"SSL_CERT_FILE={certificate}", *command),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "UpstreamAnswer\n", done.stdout + done.stderr


@pytest.mark.parametrize("key", ["upstreams", "listen"])
def test_a_link_local_address_without_its_link_is_an_error(tmp_path: Path, key: str) -> None:
    house = House(tmp_path, ["127.0.0.1"])
    text = house.config.read_text()
    old = text.partition(f"{key}: ")[2].partition("\n")[0]
    house.config.write_text(text.replace(old, json.dumps(["[fe80::1]:53"])))
    done = house.run("check")
    assert done.returncode == 2
    assert "'[fe80::1]:53' is a link-local address: write its link too, as in [fe80::1%eth0]" in done.stderr
