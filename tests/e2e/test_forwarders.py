"""Staff behind real forwarders: each has its own hours and is counted once, and nobody can be somebody else."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.dhcp import DEVICES, LISTED, Office
from tests.support.dig import dig
from tests.support.network import COMMAND_SECONDS, SERVER, network
from tests.support.processes import eventually

FORWARDER, PORT = "10.77.0.2", 5399
HOSTS = {"pc": "10.77.0.11", "other": "10.77.0.12", "guest": "10.77.0.13"}
HEALTH = "health.office.example"
DENIED, PERMITTED = "0.0.0.0", "192.0.2.80"
STAFF = f"device,address,staff\n{DEVICES['pc']},,officer1\n,{HOSTS['other']},officer2\n"

UNBOUND = f"""\
server:
  interface: {{listen}}
  access-control: 10.77.0.0/24 allow
  access-control: 127.0.0.0/8 allow
  module-config: "subnetcache iterator"
  send-client-subnet: {SERVER}
  client-subnet-always-forward: yes
  max-client-subnet-ipv4: 32
  max-client-subnet-ipv6: 128
  username: ""
  chroot: ""
  directory: "{{directory}}"
  pidfile: "{{directory}}/unbound.pid"
  use-syslog: no
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: {SERVER}@{{port}}
"""


@contextmanager
def office_behind(directory: Path, tells: str, *programs: str) -> Iterator[Office]:
    """An office whose devices ask a forwarder; guests may see everything, and are counted."""
    require("dig", *programs)
    with network() as net:
        office = Office(directory, net)
        try:
            (directory / "staff.csv").write_text(STAFF)
            (directory / "zones").mkdir(exist_ok=True)
            (directory / "zones" / "local.zone").write_text(
                f"{LISTED}. 60 IN A {PERMITTED}\n{HEALTH}. 60 IN A {PERMITTED}\n"
            )
            guests = f'{{name: guests, mode: monitor, clients: ["{HOSTS["guest"]}/32"]}}'
            office.house.write(
                "monitoring: {staff_map: staff.csv, neighbours: false, base: 10}",
                f"trusted_forwarders: {{{FORWARDER}: {tells}}}",
                listen=[f"{SERVER}:{office.house.port}"],
                clients=["10.77.0.0/24"],
            )
            text = office.house.config.read_text()
            office.house.config.write_text(text.replace("groups: [", f"groups: [{guests}, "))
            office.house.start(prefix=net.server)
            net.plug_in("forwarder", "02:00:00:00:77:02", FORWARDER)
            for device, address in HOSTS.items():
                net.plug_in(device, DEVICES[device], address)
            yield office
        finally:
            office.close()


def ask(office: Office, device: str, *options: str) -> list[str]:
    return dig(FORWARDER, PORT, LISTED, "A", *options, prefix=office.net.on(device)).data


def forwards(office: Office) -> None:
    """Wait until the forwarder is up and a device has an answer through it."""

    def is_answered() -> bool:
        command = (
            *office.net.on("pc"),
            "dig",
            f"@{FORWARDER}",
            "-p",
            str(PORT),
            LISTED,
            "+short",
            "+tries=1",
            "+time=1",
        )
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False)
        return done.stdout.strip() == DENIED

    eventually(is_answered, "the forwarder forwards")


def each_has_its_own(office: Office) -> None:
    """Everybody asks twice, over UDP and TCP; the forwarder has no cache that would answer one for the other."""
    forwards(office)
    before = office.house.status()["workers"][0]["forwarders"][0]
    for device in HOSTS:
        for options in ((), ("+tcp",), ("+edns=0", "+cookie")):
            assert ask(office, device, *options) == [PERMITTED if device == "guest" else DENIED]
    after = office.house.status()["workers"][0]["forwarders"][0]
    assert after["address"] == FORWARDER
    assert after["told"] - before["told"] == 9
    assert after["untold"] == before["untold"]


def nobody_is_another(office: Office) -> None:
    """What a member of staff writes into its question, to the forwarder or past it."""
    lie = f"+subnet={HOSTS['guest']}/32"
    assert ask(office, "pc", lie) == [DENIED]
    assert dig(SERVER, office.house.port, LISTED, "A", lie, prefix=office.net.on("other")).data == [DENIED]


def counted(office: Office, of: int) -> tuple[int, int]:
    eventually(
        lambda: sum(line[-1] for line in office.house.status()["monitoring"]["counted"]) >= of,
        "all is counted",
    )
    return office.figure()


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_dnsdist_with_the_proxy_protocol(tmp_path: Path, protocol: str) -> None:
    with office_behind(tmp_path, "proxy", "dnsdist") as office:
        only = ", tcpOnly=true" if protocol == "tcp" else ""
        (tmp_path / "dnsdist.conf").write_text(
            f'setLocal("{FORWARDER}:{PORT}")\nsetACL("10.77.0.0/24")\n'
            f'newServer({{address="{SERVER}:{office.house.port}", useProxyProtocol=true, '
            f'checkName="{HEALTH}."{only}}})\n'
        )
        start_dnsdist(office)
        each_has_its_own(office)
        nobody_is_another(office)
        # The device of officer1 is not known by its address: it is counted, and unmapped.
        assert counted(office, 12) == (1, 2)


def test_dnsmasq_with_hardware_addresses_and_subnets(tmp_path: Path) -> None:
    with office_behind(tmp_path, "[ecs, mac]", "dnsmasq") as office:
        start_dnsmasq(office, "--add-mac", "--strip-mac", "--add-subnet=32,128", "--strip-subnet")
        each_has_its_own(office)
        nobody_is_another(office)
        assert counted(office, 12) == (2, 1)


def test_dnsmasq_with_hardware_addresses_alone(tmp_path: Path) -> None:
    """Hours are those of the forwarder's network, and everybody counts once."""
    with office_behind(tmp_path, "mac", "dnsmasq") as office:
        start_dnsmasq(office, "--add-mac", "--strip-mac")
        forwards(office)
        for device in HOSTS:
            assert ask(office, device) == [DENIED]
        assert counted(office, 4) == (1, 2)


def test_unbound_behind_dnsdist_keeps_answers_of_one_client_from_another(tmp_path: Path) -> None:
    """Its cache stays on: replies say that they are for this client alone."""
    with office_behind(tmp_path, "ecs", "unbound", "dnsdist") as office:
        start_unbound(office, "127.0.0.1@5353")
        (tmp_path / "dnsdist.conf").write_text(
            f'setLocal("{FORWARDER}:{PORT}")\nsetACL("10.77.0.0/24")\nsetECSOverride(true)\n'
            "setECSSourcePrefixV4(32)\nsetECSSourcePrefixV6(128)\n"
            f'newServer({{address="127.0.0.1:5353", useClientSubnet=true, checkName="{HEALTH}."}})\n'
        )
        start_dnsdist(office)
        forwards(office)
        for _ in range(2):
            for device in HOSTS:
                assert ask(office, device) == [PERMITTED if device == "guest" else DENIED]
        nobody_is_another(office)
        assert counted(office, 4) == (1, 2)


def test_unbound_alone_hands_on_what_clients_say(tmp_path: Path) -> None:
    """Why the manual puts dnsdist before it. Where this fails, Unbound has learned better: mend the manual."""
    with office_behind(tmp_path, "ecs", "unbound") as office:
        start_unbound(office, f"{FORWARDER}@{PORT}")
        forwards(office)
        assert ask(office, "pc", f"+subnet={HOSTS['guest']}/32") == [PERMITTED]


def start_unbound(office: Office, listen: str) -> None:
    directory = office.directory
    text = UNBOUND.format(listen=listen, port=office.house.port, directory=directory)
    (directory / "unbound.conf").write_text(text)
    command = ("unbound", "-d", "-c", str(directory / "unbound.conf"))
    office.run("unbound", *command, on=office.net.on("forwarder"))


def start_dnsdist(office: Office) -> None:
    command = ("dnsdist", "--supervised", "--disable-syslog", "-C", str(office.directory / "dnsdist.conf"))
    office.run("dnsdist", *command, on=office.net.on("forwarder"))


def start_dnsmasq(office: Office, *tells: str) -> None:
    office.run(
        "dnsmasq",
        *(
            "dnsmasq",
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--user=root",
            "--no-resolv",
            "--no-hosts",
        ),
        *(f"--port={PORT}", f"--listen-address={FORWARDER}", "--bind-interfaces", "--cache-size=0"),
        *(f"--server={SERVER}#{office.house.port}", f"--pid-file={office.directory / 'dnsmasq.pid'}", *tells),
        on=office.net.on("forwarder"),
    )
