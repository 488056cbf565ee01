"""Two thousand questions of every type and flag, to this server, unbound and named, over one rich signed zone set.

The idea of ISC's genreport and CZ.NIC's respdiff: every difference is one that a table here explains, or a defect.
unbound is the very upstream of this server; named forwards to it and validates. An explanation that explains nothing
any more fails too.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest

from tests.conftest import require
from tests.e2e.test_validators import start_named
from tests.support.processes import PATIENCE, free_port
from tests.support.rich import RICH, questions
from tests.support.server import House
from tests.support.signed import Internet
from tests.support.unbound import HOST

NUMBER = 2_000
EVENING = "2026-08-10T20:00:00"  # nothing is denied but streaming, of which nothing is asked
LARGEST = 1232
OPT = 11
FLAGS = dns.flags.QR | dns.flags.AA | dns.flags.TC | dns.flags.RD | dns.flags.RA | dns.flags.AD | dns.flags.CD
CNAME, DNAME, RRSIG, NSEC, NSEC3 = 5, 39, 46, 47, 50


class Reply(NamedTuple):
    """What is compared of a reply: everything but TTLs, order, and options of one hop."""

    rcode: str
    flags: int
    answer: tuple[str, ...]
    authority: tuple[str, ...]
    edns: tuple[int, int]
    size: int


class Case(NamedTuple):
    """A question and two replies to it."""

    name: str
    qtype: int
    way: str
    ours: Reply
    theirs: Reply

    @property
    def differences(self) -> set[str]:
        found = {
            field
            for field in ("rcode", "flags", "answer", "authority", "edns")
            if getattr(self.ours, field) != getattr(self.theirs, field)
        }
        longer = self.ours.size > self.theirs.size and self.ours.answer == self.theirs.answer
        return found | ({"longer"} if longer and not found else set())


class Explanation(NamedTuple):
    """Why it may differ: which fields of which cases."""

    why: str
    fields: frozenset[str]
    holds: Callable[[Case], bool]


def _explained(why: str, fields: str, holds: Callable[[Case], bool]) -> Explanation:
    return Explanation(why, frozenset(fields.split()), holds)


def _is_truncated(case: Case) -> bool:
    return bool(case.ours.flags & dns.flags.TC)


SINGLE_LABELS = _explained(
    "names of one label are answered here and never leave; theirs are asked of the root",
    "rcode flags answer authority edns longer",
    lambda case: case.name in ("nosuch", "com"),
)
BESIDE_UNBOUND = [
    SINGLE_LABELS,
    _explained(
        "a reply of ours that does not fit holds no record (RFC 2181 §9 lets it), one of theirs some",
        "answer authority",
        lambda case: _is_truncated(case) and bool(case.theirs.flags & dns.flags.TC),
    ),
    _explained(
        "we never send a datagram of more than 1232 octets (RFC 9715); this unbound sends what the client offers",
        "answer authority flags",
        lambda case: _is_truncated(case) and case.theirs.size > LARGEST,
    ),
]
SOMETIMES_BESIDE_UNBOUND = [
    _explained(
        "under CD the upstream need not validate: AD is there once it has done so for somebody else",
        "flags",
        lambda case: case.ours.flags ^ case.theirs.flags == dns.flags.AD and "CD" in case.way,
    ),
]
BESIDE_NAMED = [
    SINGLE_LABELS,
    _explained(
        "signatures, proofs and DNAME asked for by type: named tells those in its cache, we what the upstream says",
        "rcode flags answer authority edns longer",
        lambda case: case.qtype in (RRSIG, NSEC, NSEC3, DNAME),
    ),
    _explained(
        "a reply of ours that does not fit holds no record, one of theirs some; AD is about what is there",
        "answer authority flags",
        lambda case: _is_truncated(case) and bool(case.theirs.flags & dns.flags.TC),
    ),
    _explained(
        "named points at names within the data of DNAME, we at none in data that may not point themselves",
        "longer",
        lambda case: "tree.rich.com" in case.name,
    ),
    _explained(
        "the CNAME that a DNAME stands for, asked for by type: unbound, our upstream, fails to validate it",
        "answer rcode authority flags",
        lambda case: (
            case.name == "www.tree.rich.com" and case.qtype == CNAME and case.ours.rcode == "SERVFAIL"
        ),
    ),
]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def internet(tmp_path: Path) -> Internet:
    directory = tmp_path / "internet"
    directory.mkdir()
    return Internet(directory, RICH)


def _ask(port: int, message: bytes) -> Reply:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(PATIENCE)
        sock.sendto(message, (HOST, port))
        wire = sock.recv(65_535)
    assert wire[:2] == message[:2]
    found = dns.message.from_wire(wire)
    answer, authority = (
        tuple(
            sorted(
                f"{rrset.name} {rrset.rdtype.name} {rdata}".lower() for rrset in section for rdata in rrset
            )
        )
        for section in (found.answer, found.authority)
    )
    options = sum(4 + len(option.to_wire() or b"") for option in found.options)
    return Reply(
        dns.rcode.to_text(found.rcode()),
        int(found.flags) & FLAGS,
        answer,
        authority,
        (found.edns, found.ednsflags & dns.flags.DO),
        len(wire) - options,
    )


def _differences(house: House, port: int) -> list[Case]:
    cases = []
    for name, qtype, way, message in questions(NUMBER):
        case = Case(name, qtype, way, _ask(house.port, message), _ask(port, message))
        if case.differences:
            cases.append(case)
    return cases


def _judge(cases: list[Case], table: list[Explanation], sometimes: list[Explanation]) -> None:
    """Each difference has its explanation, and each explanation of the table its differences."""
    used: set[str] = set()
    unexplained = []
    for case in cases:
        left = set(case.differences)
        for explanation in (*table, *sometimes):
            if left & explanation.fields and explanation.holds(case):
                left -= explanation.fields
                used.add(explanation.why)
        if left:
            unexplained.append((left, case))
    told = [f"{case.name} {case.qtype} {case.way}: {left}" for left, case in unexplained]
    assert not told, f"{len(told)}: {told[:9]} {unexplained[0][1]}"
    assert {explanation.why for explanation in table} <= used


@pytest.fixture
def unbound_port(internet: Internet, stack: ExitStack) -> int:
    require("unbound", "dig")
    port = free_port()
    stack.callback(internet.serve(port).stop)
    return port


@pytest.fixture
def house(tmp_path: Path, unbound_port: int, stack: ExitStack) -> House:
    house = House(tmp_path, [{"address": f"{HOST}:{unbound_port}", "validates": True}])
    stack.callback(house.close)
    house.start("--at", EVENING)
    return house


def test_every_difference_from_unbound_is_explained(house: House, unbound_port: int) -> None:
    _judge(_differences(house, unbound_port), BESIDE_UNBOUND, SOMETIMES_BESIDE_UNBOUND)


def test_every_difference_from_named_is_explained(
    house: House, unbound_port: int, internet: Internet, tmp_path: Path, stack: ExitStack
) -> None:
    require("named")
    port = start_named(tmp_path, internet, unbound_port, stack)
    _judge(_differences(house, port), BESIDE_NAMED, SOMETIMES_BESIDE_UNBOUND)
