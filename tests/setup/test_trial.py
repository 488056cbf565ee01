"""The first questions, to upstreams that do as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sm_dns.settings.endpoint import Endpoint
from sm_dns.setup.trial import ORDINARY, SOCIAL, asked_at, try_names
from tests.e2e.upstreams.hostile import TRUTH, Behaviour, Upstreams, hostile_upstreams, name_of
from tests.support.messages import response
from tests.support.processes import free_port


class Denies(Behaviour):
    """Answers an ordinary name, and points another to nowhere."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        address = TRUTH if name_of(asked) == f"{ORDINARY}." else "0.0.0.0"
        return [response(asked, f"{name_of(asked)} 60 IN A {address}")]


class Refuses(Behaviour):
    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="REFUSED")]


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstreams]:
    with hostile_upstreams({"denies": Denies, "refuses": Refuses}) as made:
        yield made


def told(port: int) -> list[str]:
    return [str(each.text) for each in try_names(Endpoint("127.0.0.1", port), seconds=0)]


def test_what_came_is_told(upstreams: Upstreams) -> None:
    assert told(upstreams.ports["denies"]) == [
        f"{ORDINARY}: {TRUTH}",
        f"{SOCIAL}: 0.0.0.0, which is how a closed site is answered",
    ]
    assert told(upstreams.ports["refuses"]) == [f"{ORDINARY}: REFUSED", f"{SOCIAL}: REFUSED"]


def test_an_error_of_the_upstreams_is_no_name_resolved(upstreams: Upstreams) -> None:
    def resolved(port: int) -> list[bool]:
        return [each.is_resolved for each in try_names(Endpoint("127.0.0.1", port), seconds=0)]

    assert resolved(upstreams.ports["denies"]) == [True, True]
    assert resolved(upstreams.ports["refuses"]) == [False, False]
    assert resolved(free_port()) == [False]


def test_that_nothing_came_is_told_with_the_reason() -> None:
    (line,) = told(free_port())
    assert line == f"{ORDINARY}: no answer (nothing within 3 seconds)"


def test_all_addresses_are_asked_at_loopback() -> None:
    assert asked_at("0.0.0.0") == Endpoint("127.0.0.1", 53)
    assert asked_at("[::]:5335") == Endpoint("::1", 5335)
    assert asked_at("10.0.0.5") == Endpoint("10.0.0.5", 53)
