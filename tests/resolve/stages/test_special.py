"""Names that never leave this host (RFC 6761)."""

from __future__ import annotations

import pytest

from tests.support.desk import WORK, Desk
from tests.support.messages import query


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST.", "www.localhost"])
@pytest.mark.parametrize(("qtype", "address"), [("A", "127.0.0.1"), ("AAAA", "::1")])
def test_localhost_is_this_host(desk: Desk, name: str, qtype: str, address: str) -> None:
    message = desk.ask(query(name, qtype), WORK)
    assert [rdata.to_text() for rdata in message.answer[0]] == [address]


@pytest.mark.parametrize("qtype", ["TXT", "HTTPS", "ANY", "TYPE65280"])
def test_localhost_has_nothing_else(desk: Desk, qtype: str) -> None:
    message = desk.ask(query("localhost", qtype), WORK)
    assert message.rcode() == 0
    assert not message.answer
    assert message.authority


@pytest.mark.parametrize("name", ["notlocalhost", "localhost.example"])
def test_other_names_go_upstream(desk: Desk, name: str) -> None:
    assert desk.put(query(name), WORK) is None
