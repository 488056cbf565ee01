"""Structured errors from the running service, past the packet cache and all, as dnspython asks for them."""

from __future__ import annotations

import json

import dns.edns
import dns.message
import dns.query

from tests.support.processes import PATIENCE
from tests.support.server import House


def text_of(house: House, *options: dns.edns.Option, stream: bool = False) -> dict[int, str]:
    query = dns.message.make_query("facebook.com", "A", use_edns=0, options=list(options))
    ask = dns.query.tcp if stream else dns.query.udp
    reply = ask(query, "127.0.0.1", PATIENCE, house.port)
    return {int(one.code): one.text or "" for one in reply.options if isinstance(one, dns.edns.EDEOption)}


def test_who_asks_is_told_as_json_and_nobody_else(house: House) -> None:
    house.write(
        "edns: {structured_errors: true}",
        'notice: {agency: {ms: Jabatan Contoh}, contact_uris: ["mailto:ctm@agensi.gov.my"]}',
    )
    house.start("--at", "2026-08-10T10:00:00")
    sign = dns.edns.EDEOption(dns.edns.EDECode.OTHER)
    for stream in (False, False, True):  # the second time the plain answer is known
        assert text_of(house, stream=stream)[15].startswith("JKDM 2/2010 para 5:")
        told = text_of(house, sign, stream=stream)
        assert set(told) == {15}
        found = json.loads(told[15])
        assert (found["c"], found["o"]) == (["mailto:ctm@agensi.gov.my"], "Jabatan Contoh")
    assert house.stop() == 0
