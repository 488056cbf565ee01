"""Names, types and records as a zone file writes them, both ways."""

from __future__ import annotations

import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sm_dns.builder.zone_text import ZONE_TEXT, asked_name, read_name
from sm_dns.diagnose.reply_text import PLAIN
from sm_dns.dns.names import BadName, from_text, to_text
from sm_dns.dns.walk import read_records
from tests.support.messages import query, response

RECORDS = [
    ("TXT", '"v=spf1 -all" "two \\"strings\\""'),
    ("HTTPS", '1 . alpn="h2,h3" ipv4hint="192.0.2.1"'),
    ("SVCB", '1 other.example. port="853"'),
    ("DNAME", "elsewhere.example."),
    ("HINFO", '"RFC8482" ""'),
    ("CAA", '0 issue "ca.example"'),
    ("MX", "10 mail.example."),
    ("SRV", "0 5 5060 sip.example."),
    ("SOA", "ns.example. host.example. 1 2 3 4 5"),
    ("NAPTR", '1 2 "u" "sip" "!^.*$!sip:a@b!" .'),
    ("DS", "1 8 2 " + "ab" * 32),
    ("NS", "."),
    ("LOC", "51 30 12.748 N 0 7 39.611 W 0.00m 0.00m 0.00m 0.00m"),
    ("SMIMEA", "3 0 0 abcd"),
    ("TYPE65280", "\\# 2 abcd"),
]


def told(qtype: str, data: str) -> str:
    wire = response(query("www.example.com", qtype), f"www.example.com. 300 IN {qtype} {data}")
    owner = from_text("www.example.com")
    (record,), _ = read_records(wire, 12 + len(owner) + 4, 1, owner)
    return ZONE_TEXT.record(wire, record)


@pytest.mark.parametrize(("qtype", "data"), RECORDS)
def test_a_record_is_told_as_a_zone_file_writes_it(qtype: str, data: str) -> None:
    assert told(qtype, data) == f"{qtype} {data}"


@given(st.sampled_from([*range(1, 65), 99, 104, 106, 107, 108, 256, 257, 65280]), st.binary(max_size=40))
@example(65, b"\0\1\0\0\1\0\3\2h2")  # a parameter that is cut short
@example(256, b"\0\1\0\1\x1b[31m\n\xff")  # what a terminal would obey
@example(1, b"\1\2\3")
@example(16, b"")
def test_whatever_the_data_are_they_are_told_in_words_that_are_read_back(rtype: int, rdata: bytes) -> None:
    wire = bytes(12) + b"\0" + bytes(4) + b"\0" + rtype.to_bytes(2, "big") + b"\0\1" + bytes(4)
    wire += len(rdata).to_bytes(2, "big") + rdata
    (record,), _ = read_records(wire, 17, 1, b"\0")
    text = ZONE_TEXT.record(wire, record)
    assert text.isprintable()
    rtype_text, _, data = text.partition(" ")
    assert ZONE_TEXT.type_number(rtype_text) in (rtype, None)
    if not data.startswith("\\#"):
        read = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.RdataType.make(rtype), data)
        whole = dns.rdata.from_wire(dns.rdataclass.IN, rtype, wire, record.rdata, len(rdata))  # type: ignore[arg-type]
        assert read.to_digestable() == whole.to_digestable()


@pytest.mark.parametrize("spelling", [ZONE_TEXT, PLAIN])
@pytest.mark.parametrize(
    "text",
    ["", "TYPE", "TYPE0", "TYPE65536", "OPT", "TSIG", "NOSUCH", "TYPE" + "9" * 5000, "9" * 5000, "A;B"],
)
def test_what_is_no_type_of_a_question(spelling: object, text: str) -> None:
    assert spelling.type_number(text) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize("rtype", [one for one in dns.rdatatype.RdataType if one not in (0, 41, 250)])
def test_every_type_is_known_by_its_name(rtype: dns.rdatatype.RdataType) -> None:
    assert ZONE_TEXT.type_number(dns.rdatatype.to_text(rtype).lower()) == rtype
    assert ZONE_TEXT.type_number(f"TYPE{int(rtype)}") == ZONE_TEXT.type_number(str(int(rtype))) == rtype


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (".", b"\0"),
        ("Sp\\032ace.example", b"\x06sp ace\x07example\0"),
        ("\\000x.example.", b"\x02\0x\x07example\0"),
        ("a\\.b.example", b"\x03a.b\x07example\0"),
        ("\\@.example", b"\x01@\x07example\0"),
        ("-x-.example", b"\x03-x-\x07example\0"),
        ("*.example", b"\x01*\x07example\0"),
        ("bücher.example", b"\x0dxn--bcher-kva\x07example\0"),
        ("a" * 63 + ".example", b"\x3f" + b"a" * 63 + b"\x07example\0"),
    ],
)
def test_a_name_is_read_in_zone_text(text: str, wire: bytes) -> None:
    assert read_name(text) == wire
    assert read_name(to_text(wire)) == wire


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=8))
def test_whatever_name_is_printed_is_read_back(parts: list[bytes]) -> None:
    wire = b"".join(bytes([len(part)]) + part for part in parts).lower() + b"\0"
    assert read_name(to_text(wire)) == wire


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "@",
            "exam ple.com",
            "a..b",
            ".a",
            "..",
            "a.example ; comment",
            '"a.example"',
            "(a.example",
        ),
        *(
            "\\256.example",
            "\\1.example",
            "a\\",
            "a" * 64 + ".example",
            "a." * 128,
            "\\032ü.example",
            "a\n.example",
        ),
    ],
)
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(BadName):
        read_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "www.Facebook.com.",
        " www.facebook.com ",
        "www.facebook.com:443",
        "www.facebook.com/path?q#f",
        "//www.facebook.com/x",
        "https://www.facebook.com:8443/x",
        "https://user:secret@www.facebook.com/",
        "https://www.facebook.com.#x",
    ],
)
def test_what_is_pasted_is_asked_by_its_host(text: str) -> None:
    assert asked_name(text) == read_name("www.facebook.com")


def test_escapes_and_wildcards_are_names_as_they_are() -> None:
    for text in (r"a\064b.example", r"a\047b.example", "*.facebook.com", "."):
        assert asked_name(text) == read_name(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("10.1.2.3", "it is an IP address: ask for a name, or for PTR of 3.2.1.10.in-addr.arpa"),
        ("10.1.2.3:53", "it is an IP address"),
        ("http://10.1.2.3/", "it is an IP address"),
        ("::1", "it is an IP address"),
        ("http://[::1]/", "it is an IP address"),
        ("https://[::1", "it is an IP address"),
        ("http://[::1]:8080/x", "it is an IP address"),
        ("user@facebook.com", "it is an address of mail: ask for facebook.com"),
        ("mailto:user@facebook.com", "it is an address of mail: ask for facebook.com"),
        ("", "there is no name in it"),
        ("https://", "there is no name in it"),
        ("file:///etc/passwd", "there is no name in it"),
        ("@", "stands for the name of a zone"),
        ("a b.example", "not one word"),
    ],
)
def test_what_is_no_name_is_told_with_what_it_is(text: str, reason: str) -> None:
    with pytest.raises(BadName) as caught:
        asked_name(text)
    assert reason in str(caught.value)
