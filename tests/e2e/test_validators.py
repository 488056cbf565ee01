"""Computers and resolvers that check DNSSEC themselves, behind this server, while both edges of the rest hour pass.

Each must see what a plain client sees of denied names whose zone is not signed: never SERVFAIL, and from two seconds
after an edge on nothing but the answer that holds then.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.dig import DIG_SECONDS, dig
from tests.support.processes import PATIENCE, free_port
from tests.support.server import House
from tests.support.signed import Internet, start
from tests.support.unbound import CONTROL, HOST, SERVER

LEADS = (6, 25, 60)  # seconds before the edge at which the rehearsal starts
LATEST = 2.0  # seconds after an edge, from which no answer is wrong
WATCHED = 5.0  # seconds after an edge for which is asked
PERMITTED = {
    ("facebook.com", "A"): "198.51.100.1",
    ("facebook.com", "AAAA"): "2001:db8::1",
    ("www.facebook.com", "A"): "198.51.100.2",
    ("www.facebook.com", "AAAA"): "2001:db8::2",
    ("instagram.com", "A"): "198.51.100.3",
}
SINKHOLE = {"A": "0.0.0.0", "AAAA": "::"}

Ask = Callable[[str, str], str]
"""The address that a validator tells for a name and a type; else its status."""


@pytest.fixture
def internet(tmp_path: Path) -> Internet:
    directory = tmp_path / "internet"
    directory.mkdir()
    return Internet(directory)


@pytest.fixture
def house(tmp_path: Path, internet: Internet) -> Iterator[House]:
    """A server whose upstream knows a small internet with DNSSEC, and validates."""
    require("unbound", "dig")
    port = free_port()
    upstream = internet.serve(port)
    house = House(tmp_path, [f"{HOST}:{port}"])
    try:
        yield house
    finally:
        house.close()
        upstream.stop()


def _asker(port: int) -> Ask:
    def ask(name: str, qtype: str) -> str:
        told = dig(HOST, port, name, qtype)
        return told.data[0] if told.answer else told.status

    return ask


def _unbound(directory: Path, internet: Internet, upstream: int, stack: ExitStack) -> Ask:
    port = free_port()
    server = SERVER.format(port=port, directory=directory).replace('"iterator"', '"validator iterator"')
    anchor = f'  trust-anchor: "{internet.anchor}"\n  local-zone: "test." nodefault\n'
    forward = f'forward-zone:\n  name: "."\n  forward-addr: {HOST}@{upstream}\n'
    process = start(directory / "v-unbound", "unbound", port, [server, anchor, forward, CONTROL], "-d", "-c")
    stack.callback(process.stop)
    return _asker(port)


def _named(directory: Path, internet: Internet, upstream: int, stack: ExitStack) -> Ask:
    return _asker(start_named(directory, internet, upstream, stack))


def start_named(directory: Path, internet: Internet, upstream: int, stack: ExitStack) -> int:
    """A named that forwards there and validates: its port."""
    port = free_port()
    key = internet.key.to_text().split(None, 3)
    lines = [
        f'options {{ directory "{directory}"; listen-on port {port} {{ {HOST}; }}; listen-on-v6 {{ none; }};\n'
        f"forwarders {{ {HOST} port {upstream}; }}; forward only; dnssec-validation yes; pid-file none;\n"
        f'session-keyfile none; managed-keys-directory "{directory}"; empty-zones-enable no; }};\n',
        f'trust-anchors {{ "." static-key {" ".join(key[:3])} "{key[3]}"; }};\ncontrols {{ }};\n',
    ]
    process = start(directory / "v-named", "named", port, lines, "-g", "-c")
    stack.callback(process.stop)
    return port


def _dnsmasq(directory: Path, internet: Internet, upstream: int, stack: ExitStack) -> Ask:
    port = free_port()
    ds = internet.ds.to_text().split(None, 3)
    lines = [
        f"port={port}\nlisten-address={HOST}\nbind-interfaces\nno-resolv\nno-hosts\nserver={HOST}#{upstream}\n",
        f"dnssec\ndnssec-check-unsigned\ntrust-anchor=.,{','.join(ds)}\n",
    ]
    process = start(
        directory / "v-dnsmasq", "dnsmasq", port, lines, "--keep-in-foreground", "-u", "root", "-C"
    )
    stack.callback(process.stop)
    return _asker(port)


def _delv(directory: Path, internet: Internet, upstream: int, stack: ExitStack) -> Ask:
    key = internet.key.to_text().split(None, 3)
    anchors = directory / "anchors"
    anchors.write_text(f'trust-anchors {{ "." static-key {" ".join(key[:3])} "{key[3]}"; }};\n')

    def ask(name: str, qtype: str) -> str:
        words = ["delv", f"@{HOST}", "-p", str(upstream), "-a", str(anchors), "+root=.", name, qtype]
        done = subprocess.run(words, capture_output=True, text=True, timeout=DIG_SECONDS, check=False)
        found = re.findall(rf"^\S+\s+\d+\s+IN\s+{qtype}\s+(\S+)$", done.stdout, re.MULTILINE)
        return found[0] if found else done.stdout + done.stderr

    return ask


VALIDATORS = {"unbound": _unbound, "named": _named, "dnsmasq": _dnsmasq, "delv": _delv}


def _expected(question: tuple[str, str], is_denied: bool) -> str:
    return SINKHOLE[question[1]] if is_denied else PERMITTED[question]


@pytest.mark.parametrize("validator", VALIDATORS)
@pytest.mark.parametrize(
    ("edge", "denied_before"), [("2026-08-10T13:00:00", True), ("2026-08-10T14:00:00", False)]
)
def test_who_validates_sees_what_everybody_sees_over_an_edge(
    house: House, internet: Internet, tmp_path: Path, validator: str, edge: str, denied_before: bool
) -> None:
    require(validator)
    with ExitStack() as stack:
        for lead in LEADS:
            house.start("--at", (datetime.fromisoformat(edge) - timedelta(seconds=lead)).isoformat())
            ask = VALIDATORS[validator](tmp_path, internet, house.port, stack)
            early = {question: ask(*question) for question in PERMITTED}
            if _is_denied(house) is denied_before:
                break
            house.stop()
        assert early == {question: _expected(question, denied_before) for question in PERMITTED}
        assert ask("www.signed.com", "A") == "198.51.100.8"
        flip = _flip(house, denied_before)
        rounds = 0
        while (asked := time.monotonic()) < flip + WATCHED:
            told = {question: ask(*question) for question in PERMITTED}
            if asked >= flip + LATEST:
                assert told == {question: _expected(question, not denied_before) for question in PERMITTED}
                rounds += 1
        assert rounds
        assert ask("www.signed.com", "A") == "198.51.100.8"


def _is_denied(house: House) -> bool:
    return house.dig("facebook.com").data == ["0.0.0.0"]


def _flip(house: House, denied_before: bool) -> float:
    """When the answer to a plain client had changed."""
    deadline = time.monotonic() + max(LEADS) + PATIENCE
    while _is_denied(house) is denied_before:
        assert time.monotonic() < deadline, "the edge never came"
        time.sleep(0.01)
    return time.monotonic()


def test_a_denied_name_of_a_signed_zone_is_bogus_and_denied(
    house: House, internet: Internet, tmp_path: Path
) -> None:
    """As the documents say: nobody but its owner can sign another answer."""
    house.zones.mkdir()
    (house.zones / "social.txt").write_text("signed.com\n")
    house.start("--at", "2026-08-10T10:00:00")
    with ExitStack() as stack:
        ask = _unbound(tmp_path, internet, house.port, stack)
        assert house.dig("www.signed.com").data == ["0.0.0.0"]
        assert ask("www.signed.com", "A") == "SERVFAIL"
        assert ask("portal.agency.com", "A") == "198.51.100.5"
