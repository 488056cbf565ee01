"""Structured errors on the wire, as dnspython reads them."""

from __future__ import annotations

import json
from pathlib import Path

import dns.edns
import dns.flags
import dns.message
import pytest

from sm_dns.dns.scan import scan
from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.serve.clients.cache_key import normalised_key
from tests.support.desk import WORK, Desk, snapshot

EDE = dns.edns.EDEOption(dns.edns.EDECode.OTHER)
SDE = 65_001


def sde(data: bytes = b"") -> dns.edns.Option:
    """The draft's own option, under a number for experiments (RFC 6891 §9)."""
    return dns.edns.GenericOption(dns.edns.OptionType.make(SDE), data)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(snapshot(tmp_path))
    desk.change(structured=StructuredErrors(15, ("mailto:ctm@agency.gov.my",), "Jabatan Contoh"))
    return desk


def query(*options: dns.edns.Option, name: str = "facebook.com", payload: int = 1232) -> bytes:
    message = dns.message.make_query(name, "A", use_edns=0, payload=payload, options=list(options))
    return message.to_wire()


def errors(message: dns.message.Message) -> dict[int, str]:
    return {int(one.code): one.text or "" for one in message.options if isinstance(one, dns.edns.EDEOption)}


def test_who_asks_gets_json_and_no_forged_answer(desk: Desk) -> None:
    found = errors(desk.ask(query(EDE), WORK))
    assert set(found) == {15}
    told = json.loads(found[15])
    assert told["c"] == ["mailto:ctm@agency.gov.my"]
    assert (told["s"], told["o"], told["l"]) == (5, "Jabatan Contoh", "ms")
    assert "10 Ogos, 1.00 tgh hari" in told["j"]


def test_who_does_not_ask_gets_the_sentence(desk: Desk) -> None:
    for asked in (
        query(),
        query(dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678")),
        query(sde()),
    ):
        found = errors(desk.ask(asked, WORK))
        assert set(found) == {15, 4}
        assert found[15].startswith("JKDM 2/2010 para 5:")


def test_off_by_default(tmp_path: Path) -> None:
    assert set(errors(Desk(snapshot(tmp_path)).ask(query(EDE), WORK))) == {15, 4}


def test_the_option_of_the_draft_when_its_number_is_given(desk: Desk) -> None:
    desk.change(structured=StructuredErrors(SDE))
    assert json.loads(errors(desk.ask(query(sde()), WORK))[15])["s"] == 5
    # The draft: data in it is ignored.
    assert json.loads(errors(desk.ask(query(sde(b"x")), WORK))[15])["s"] == 5
    assert set(errors(desk.ask(query(EDE), WORK))) == {15, 4}


@pytest.mark.parametrize(
    ("length", "keys"), [(10, {"c", "s", "j", "o", "l"}), (300, {"c", "s"}), (500, set())]
)
def test_sentences_are_left_out_before_all_is_and_nothing_is_cut(
    desk: Desk, length: int, keys: set[str]
) -> None:
    contacts = ("mailto:" + "a" * length + "@x.my",) if length > 300 else ("mailto:a@x.my",)
    organisation = "b" * (length if length <= 300 else 10) * (2 if length == 300 else 1)
    desk.change(structured=StructuredErrors(15, contacts, organisation))
    reply = desk.put(query(EDE, payload=512), WORK)
    assert reply is not None
    assert len(reply.wire) <= 512
    found = dns.message.from_wire(reply.wire)
    assert not found.flags & dns.flags.TC
    assert found.answer
    text = errors(found)[15]
    assert (set(json.loads(text)) if text else set()) == keys


def test_names_that_are_not_denied_have_none(desk: Desk) -> None:
    found = desk.resolve(query(EDE, name="www.example.com"), WORK, "www.example.com. 60 IN A 192.0.2.1")
    assert errors(found) == {}


def test_such_answers_are_not_replayed() -> None:
    for option in (EDE, sde()):
        message = query(option)
        assert normalised_key(message, scan(message)) is None
    message = query()
    assert normalised_key(message, scan(message)) is not None
