"""The whole service before our own unbound, which checks DNSSEC for real, and before one that only might."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sm_dns.validation.unbound_config import Places
from tests.conftest import require
from tests.support.dig import Told
from tests.support.own_unbound import BOGUS, SIGNED, UNSIGNED, BrokenInternet, OwnUnbound
from tests.support.processes import eventually, free_port
from tests.support.server import House
from tests.support.unbound import HOST

WORK = "2026-08-10T10:00:00"


class Network:
    """A house, our own unbound, and who knows the small internet, on ports of their own."""

    def __init__(self, directory: Path) -> None:
        self.internet = BrokenInternet(directory / "internet")
        self.upstream = self.internet.serve_unchecked(port := free_port())
        (directory / "unbound").mkdir()
        self.unbound = OwnUnbound(directory / "unbound", self.internet, port)
        self.house = House(directory, [f"{HOST}:{self.unbound.port}"])

    def own(self) -> str:
        """The block by which the house has this unbound as its own."""
        names = f"signed: {SIGNED}, unsigned: {UNSIGNED}, bogus: {BOGUS}"
        forwarder = f"{HOST}:{self.unbound.settings.forwarders[0].port}"
        return (
            f"validation: {{port: {self.unbound.port}, forwarders: ['{forwarder}'], cache_megabytes: 8, "
            f"control: {self.unbound.control}, {names}}}"
        )

    def start_unbound(self) -> None:
        """Start unbound by the very file that the service wrote, with the places of this machine."""
        written = (self.house.state / "unbound" / "unbound.conf").read_text()
        usual, here = Places(), self.unbound.places
        for old, new in ((usual.anchor, here.anchor), (usual.control, here.control)):
            assert str(old) in written
            written = written.replace(str(old), str(new))
        configuration = self.unbound.directory / "unbound.conf"
        configuration.write_text(written)
        self.unbound.start(configuration)

    def close(self) -> None:
        self.house.close()
        self.unbound.stop()
        self.upstream.stop()


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    require("unbound", "dig")
    network = Network(tmp_path)
    try:
        yield network
    finally:
        network.close()


def is_authentic(told: Told) -> bool:
    return "ad" in told.flags


def test_ad_is_passed_on_from_who_is_said_to_validate_alone(network: Network) -> None:
    house = network.house
    network.unbound.start()
    house.start("--at", WORK)
    assert house.dig(SIGNED, "A", "+adflag").data == ["198.51.100.8"]
    for options in (("+adflag",), ("+dnssec",), ("+adflag", "+tcp")):
        assert not is_authentic(house.dig(SIGNED, "A", *options))
    house.stop()
    house.upstreams = [{"address": f"{HOST}:{network.unbound.port}", "validates": True}]
    house.write()
    house.start("--at", WORK)
    for options in (("+adflag",), ("+dnssec",), ("+adflag", "+tcp")):
        assert is_authentic(house.dig(SIGNED, "A", *options))
        assert not is_authentic(house.dig(UNSIGNED, "A", *options))
        assert not is_authentic(house.dig("www.facebook.com", "A", *options))
    assert not is_authentic(house.dig(SIGNED, "A", "+noadflag"))
    assert house.dig("www.facebook.com").data == ["0.0.0.0"]


def test_who_checks_itself_gets_what_it_takes(network: Network) -> None:
    """Proofs to who asks with DO, what is bogus to who asks with CD."""
    house = network.house
    house.upstreams = ["unbound"]
    house.write(network.own())
    house.start("--at", WORK)
    network.start_unbound()
    proven = house.dig(SIGNED, "A", "+dnssec")
    assert {record[3] for record in proven.answer} == {"A", "RRSIG"} and is_authentic(proven)
    bogus = house.dig(BOGUS, "A", "+dnssec", "+cdflag")
    assert (bogus.status, is_authentic(bogus)) == ("NOERROR", False)
    assert "198.51.100.66" in {record[4] for record in bogus.answer}
    assert house.dig(BOGUS).status == "SERVFAIL"  # what is cached for one is not told to the other


@pytest.mark.parametrize(
    ("name", "code", "word"), [(BOGUS, {6}, "bogus"), ("stale.com", {6, 7, 9}, "DNSSEC")]
)
def test_what_is_wrong_is_told_to_clients_and_explained(
    network: Network, name: str, code: set[int], word: str
) -> None:
    house = network.house
    house.upstreams = ["unbound"]
    house.write(network.own())
    house.start("--at", WORK)
    network.start_unbound()
    for _ in range(2):  # the second time it failed a moment ago
        told = house.dig(name)
        assert told.status == "SERVFAIL" and code & set(told.ede)
    assert not house.dig(name, "A", "+noedns").ede
    (found,) = house.json("explain", name, "--resolve", "--at", WORK)
    assert code & set(found["ede"])
    assert any(word in each for each in found["validation"])
    assert word in house.run("explain", name, "--resolve", "--at", WORK).stdout


def test_a_negative_trust_anchor_holds_until_it_is_removed_and_after_a_restart(network: Network) -> None:
    house = network.house
    house.upstreams = ["unbound"]
    house.write(network.own())
    house.start()
    network.start_unbound()
    assert house.dig(BOGUS).status == "SERVFAIL"
    done = house.run("nta", "add", "bogus.com", "--until", "24:00", "--reason", "owner told")
    assert done.returncode == 0, done.stderr
    answer = house.dig(BOGUS, "A", "+adflag")
    assert (answer.status, is_authentic(answer)) == ("NOERROR", False)
    (listed,) = house.json("nta", "list")
    assert (listed["name"], listed["reason"]) == ("bogus.com", "owner told")
    network.unbound.stop()
    network.start_unbound()
    eventually(lambda: house.dig(BOGUS).status == "NOERROR", "it is put in again")
    done = house.run("nta", "remove", "bogus.com")
    assert done.returncode == 0, done.stderr
    eventually(lambda: house.dig(BOGUS).status == "SERVFAIL", "it is checked again")
    assert house.json("nta", "list") == []
    actions = [json.loads(line)["action"] for line in (house.state / "audit.jsonl").read_text().splitlines()]
    assert [each for each in actions if each.startswith("nta")] == ["nta add", "nta remove"]


def test_whoever_else_validates_must_make_the_exception(network: Network) -> None:
    house = network.house
    done = house.run("nta", "add", "bogus.com", "--until", "24:00", "--reason", "x")
    assert done.returncode == 2
    assert "whoever runs that resolver must make the exception there" in done.stderr
    assert f"{HOST}:{network.unbound.port}" in done.stderr


def test_one_that_only_says_so_is_an_alarm(network: Network) -> None:
    house = network.house
    unchecked = network.unbound.settings.forwarders[0]
    house.upstreams = [{"address": str(unchecked), "validates": True}]
    house.write(network.own())
    house.start()

    def told() -> str:
        status = json.loads(house.run("status", "--json").stdout)
        return json.dumps([status["findings"], status["alarms"]])

    eventually(lambda: told().count("does not: it answers") == 2, "it is found out", 90)
