from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.control.local_zone import FILE, read_local_zone
from sm_dns.dns import names
from sm_dns.errors import BadInput

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
        ("$TTL soon\n", 1, "soon"),
        ("$TTL -5\n10.0.0.2 www.corp\n", 1, "a TTL is 0 to 2147483647 seconds"),
        ("$TTL 99999999999\n10.0.0.2 www.corp\n", 1, "a TTL is 0 to 2147483647 seconds"),
        ("www.corp. 4294967295 IN A 10.0.0.1\n", 1, "a TTL is 0 to 2147483647 seconds"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, text: str, line: int | None, reason: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadInput, match=reason) as caught:
        read_local_zone(tmp_path.iterdir())
    assert caught.value.line == line
