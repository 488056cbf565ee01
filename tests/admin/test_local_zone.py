from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.admin.local_zone import FILE, read_local_zone
from sm_dns.dns import names
from sm_dns.dns.codes import Type
from sm_dns.resolve.local_records import LocalRecord
from sm_dns.util.errors import BadInput

ZONE = """\
# hosts lines
10.0.0.2   intranet.agency.gov.my intranet   # the front door
fd00::2    intranet.agency.gov.my
$ORIGIN agency.gov.my.
$TTL 600
www        IN CNAME intranet
mail   60  IN A     10.0.0.25   ; zone line
@          IN MX    10 mail
key        IN TXT   ( "one"
                      "two" )
"""

RICH = """\
$TTL 1h
$ORIGIN AGENCY.test.
@       IN      A       10.0.0.4
        300 IN  AAAA    fd00::4
        TXT     "v=spf1 ;" "-all#1"   # a note
        CAA     0 issue "pki.test"
*.Apps  2h      A       10.0.0.9      ; all of them
_sip._tcp       SRV     1 2 5060 www
www     300     AAAA    fd00::5
                HTTPS   1 . (
                          alpn=h2 ; (
                        )
UPPER           CNAME   WWW
b\u00fccher     A       10.0.0.8
10.0.0.7        printer# absolute, whatever $ORIGIN says
"""


def test_hosts_and_zone_lines_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(ZONE)
    read = read_local_zone(tmp_path.iterdir())
    found = {(names.to_text(one.owner), one.rtype): (one.ttl, one.rdata) for one in read}
    assert found[("intranet.agency.gov.my", 1)] == (300, bytes([10, 0, 0, 2]))
    assert found[("intranet", 1)] == (300, bytes([10, 0, 0, 2]))
    assert found[("intranet.agency.gov.my", 28)][1].hex().endswith("02")
    assert found[("www.agency.gov.my", 5)] == (600, names.from_text("intranet.agency.gov.my"))
    assert found[("mail.agency.gov.my", 1)] == (60, bytes([10, 0, 0, 25]))
    assert found[("agency.gov.my", 15)] == (600, b"\x00\x0a" + names.from_text("mail.agency.gov.my"))
    assert found[("key.agency.gov.my", 16)] == (600, b"\x03one\x03two")


def read(tmp_path: Path, text: str) -> list[LocalRecord]:
    (tmp_path / FILE).write_text(text)
    return read_local_zone(tmp_path.iterdir())


def found(records: list[LocalRecord], owner: str, rtype: int) -> list[tuple[int, bytes]]:
    """TTL and data of the records of a name and type."""
    return [
        (one.ttl, one.rdata) for one in records if (names.to_text(one.owner), one.rtype) == (owner, rtype)
    ]


def test_zone_text_means_what_it_means_to_every_name_server(tmp_path: Path) -> None:
    records = read(tmp_path, RICH)
    for owner in ("agency.test", "www.agency.test"):
        assert found(records, owner, Type.AAAA)[0][0] == 300
    assert found(records, "agency.test", Type.A) == [(3_600, bytes([10, 0, 0, 4]))]
    assert found(records, "agency.test", Type.TXT) == [(3_600, b"\x08v=spf1 ;\x06-all#1")]
    assert found(records, "*.apps.agency.test", Type.A) == [(7_200, bytes([10, 0, 0, 9]))]
    assert found(records, "_sip._tcp.agency.test", 33)[0][1][:6] == b"\0\x01\0\x02\x13\xc4"
    assert found(records, "agency.test", 257) == [(3_600, b"\0\x05issue" + b"pki.test")]
    assert found(records, "www.agency.test", Type.HTTPS)[0][1] == b"\0\x01\0\0\x01\0\x03\x02h2"
    assert found(records, "upper.agency.test", Type.CNAME) == [(3_600, names.from_text("www.agency.test"))]
    assert found(records, "printer", Type.A) == [(3_600, bytes([10, 0, 0, 7]))]
    assert found(records, "xn--bcher-kva.agency.test", Type.A)
    assert not [one for one in records if names.to_text(one.owner).startswith(("300", "in.", "#"))]


def test_a_record_that_stands_twice_is_one(tmp_path: Path) -> None:
    records = read(tmp_path, "a.corp. A 10.0.0.1\nA.CORP. IN A 10.0.0.1\n10.0.0.1 a.corp\n")
    assert len(found(records, "a.corp", Type.A)) == 1


def test_an_alias_may_lead_outside(tmp_path: Path) -> None:
    """It is followed upstream, each link under the policy."""
    records = read(tmp_path, "www.corp. CNAME WWW.example.com.\n")
    assert found(records, "www.corp", Type.CNAME) == [(300, names.from_text("www.example.com"))]


def test_a_wildcard_has_no_pointer(tmp_path: Path) -> None:
    records = read(tmp_path, "*.corp. A 10.0.0.1\nwww.corp. A 10.0.0.1\n")
    assert [names.to_text(one.rdata) for one in records if one.rtype == Type.PTR] == ["www.corp"]


def test_addresses_have_their_pointers(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(ZONE)
    pointers = {
        names.to_text(one.owner): names.to_text(one.rdata)
        for one in read_local_zone(tmp_path.iterdir())
        if one.rtype == 12
    }
    assert pointers["2.0.0.10.in-addr.arpa"] == "intranet.agency.gov.my"
    assert pointers["25.0.0.10.in-addr.arpa"] == "mail.agency.gov.my"
    assert sum(name.endswith("ip6.arpa") for name in pointers) == 1


def test_without_the_file_there_is_nothing(tmp_path: Path) -> None:
    assert read_local_zone(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("10.0.0.2\n", 1, "no name beside it"),
        ("\n10.0.0.2 a_b..c\n", 2, "empty label"),
        ("ok.corp. 60 IN A 10.0.0.1\nwww.corp. 60 IN A 10.0.0.999\n", 2, "not a record"),
        ("www.corp. 60 IN A (\n", 1, "parenthesis"),
        ("$TTL soon\n", 1, "a TTL is 0 to"),
        ("$TTL -5\n10.0.0.2 www.corp\n", 1, "a TTL is 0 to 2147483647 seconds"),
        ("$TTL 99999999999\n10.0.0.2 www.corp\n", 1, "a TTL is 0 to 2147483647 seconds"),
        ("www.corp. 4294967295 IN A 10.0.0.1\n", 1, "a TTL is 0 to 2147483647 seconds"),
        (
            "a.corp. A 10.0.0.1\n\na.corp. CNAME b.corp.\nb.corp. A 10.0.0.2\n",
            3,
            "a.corp is a CNAME and has other",
        ),
        ("  60 IN A 10.0.0.1\n", 1, "goes on with the name above it, and there is none"),
        ("10.0.0.2 www.corp\n  60 IN A 10.0.0.1\n", 2, "goes on with the name above it, and there is none"),
        ("a.corp. A 10.0.0.1\n  www A 10.0.0.1\n", 2, "unknown rdatatype 'www'; an indented line goes on"),
        ("\n\nwww.corp. 60 IN\n\n", 3, "the data is missing"),
        ('www.corp. TXT "open\n', 1, "ended unexpectedly"),
        ("$INCLUDE /etc/passwd\n", 1, "INCLUDE' is not allowed"),
        ("$GENERATE 1-65535 h$ A 10.0.0.1\n", 1, "GENERATE' is not allowed"),
        ("www.corp. CH A 10.0.0.1\n", 1, "class"),
        ("www.corp. 3000000000 A 10.0.0.1\n", 1, "a TTL is 0 to 2147483647 seconds"),
        ("www.corp. A 10.0.0.1 10.0.0.2\n", 1, "10.0.0.2"),
        ("a.corp. (\n A 10.0.0.1\n\nb.corp. A 10.0.0.2\n", 1, "parenthesis is not closed"),
        ("a.corp. A 10.0.0.1\nfe80::1%eth0 b.corp\n", 2, "a record cannot carry a zone"),
        ("b.corp. AAAA fe80::1%eth0\n", 1, "a record cannot carry a zone"),
        ("b.corp. HTTPS 1 . ipv6hint=fe80::1%eth0\n", 1, "a record cannot carry a zone"),
        ("a..corp. A 10.0.0.1\n", 1, "empty"),
        ("a.corp. OPT x\n", 1, "not a record"),
        ("a.corp. AXFR x\n", 1, "not a record"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, line: int | None, reason: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInput, match=reason) as caught:
        read_local_zone(tmp_path.iterdir())
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (
            "old.corp. IN DNAME new.corp.\n10.0.0.2 www.old.corp\n",
            2,
            "is led elsewhere by the DNAME of old.corp",
        ),
        ("old.corp. IN DNAME new.corp.\nold.corp. IN DNAME other.corp.\n", 1, "has more than one DNAME"),
    ],
)
def test_below_a_dname_there_is_nothing_else(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "local.zone"
    path.write_text(text)
    with pytest.raises(BadInput, match=reason) as caught:
        read_local_zone([path])
    assert (caught.value.file, caught.value.line) == (str(path), line)
    path.write_text("old.corp. IN DNAME new.corp.\n10.0.0.2 old.corp\n")
    assert read_local_zone([path])
