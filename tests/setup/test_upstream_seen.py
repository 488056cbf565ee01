"""What a name server is good for, found by asking ones that do as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import dns.flags
import dns.message
import pytest

from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.setup.upstream_seen import UpstreamSeen, ask_upstreams, is_intercepted
from tests.diagnose.test_probe import NOBODY, SECONDS, Validates
from tests.e2e.upstreams.hostile import BEHAVIOURS, Behaviour, Upstreams, hostile_upstreams
from tests.support.messages import response


class SaysChecked(Validates):
    """A validating one: what is answered well bears AD."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        replies = []
        for reply in await super().datagrams(asked):
            message = dns.message.from_wire(reply)
            message.flags |= dns.flags.AD
            replies.append(message.to_wire())
        return replies


class Refuses(Behaviour):
    """One that serves others than us."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [response(asked, rcode="REFUSED")]


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstreams]:
    with hostile_upstreams(
        {**BEHAVIOURS, "checks": SaysChecked, "refuses": Refuses, "plain": Behaviour}
    ) as made:
        yield made


def seen(upstreams: Upstreams, *kinds: str) -> list[UpstreamSeen]:
    servers = [UpstreamAddress("127.0.0.1", upstreams.ports[kind]) for kind in kinds]
    return list(ask_upstreams(servers, seconds=SECONDS))


def test_one_that_validates_says_so_and_refuses_what_is_forged(upstreams: Upstreams) -> None:
    (found,) = seen(upstreams, "checks")
    assert found.answers and found.resolves and found.is_authentic and found.validates is True


def test_one_that_does_not_validate_answers_what_is_forged(upstreams: Upstreams) -> None:
    (found,) = seen(upstreams, "plain")
    assert found.resolves and not found.is_authentic and found.validates is False


def test_one_that_refuses_resolves_nothing_and_one_that_is_not_there_does_not_answer(
    upstreams: Upstreams,
) -> None:
    refusing, missing = ask_upstreams(
        [UpstreamAddress("127.0.0.1", upstreams.ports["refuses"]), NOBODY], seconds=SECONDS
    )
    assert refusing.answers and not refusing.resolves and refusing.validates is None
    assert not missing.answers and str(missing.reason) == "connection refused"
    assert missing.address == f"127.0.0.1:{NOBODY.port}"


def test_an_answer_from_where_nobody_is_is_told(upstreams: Upstreams) -> None:
    assert is_intercepted(UpstreamAddress("127.0.0.1", upstreams.ports["checks"]), SECONDS)
    assert not is_intercepted(NOBODY, SECONDS)


def test_nobody_to_ask_is_nothing_found() -> None:
    assert ask_upstreams([]) == ()
