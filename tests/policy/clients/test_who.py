from __future__ import annotations

import pytest

from sm_dns.policy.clients import who
from sm_dns.util.errors import BadInput

GROUPS = {"default", "training", "aabbccddeeff"}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("training", "group:training"),
        ("group:training", "group:training"),
        ("aabbccddeeff", "group:aabbccddeeff"),  # a group's name before anything else
        ("10.1.0.0/16", "network:10.1.0.0/16"),
        ("10.1.2.5", "network:10.1.2.5"),
        ("network:fd00:1::/64", "network:fd00:1::/64"),
        ("fd00:1::5", "network:fd00:1::5"),
        ("0.0.0.0/0", "network:0.0.0.0/0"),
        ("::/0", "network:::/0"),
        ("3C-22-FB-01-02-03", "device:3c:22:fb:01:02:03"),
        ("device:3c22.fb01.0203", "device:3c:22:fb:01:02:03"),
        ("device: 01:3c:22:fb:01:02:03", "device:3c:22:fb:01:02:03"),  # a client identifier of DHCP
        ("device:00:01:00:01:2c:01:02:03:3c:22:fb:01:02:03", "device:3c:22:fb:01:02:03"),  # DUID-LLT
        ("device:00:04:aa:bb:cc:dd:ee:ff", "device:duid:0004aabbccddeeff"),
        ("device:duid:0004aabbccddeeff", "device:duid:0004aabbccddeeff"),
        ("host:PC-017.office.example.", "host:pc-017"),
        ("Staff: A1234 ", "staff:a1234"),
        ("department:Unit  Latihan", "department:unit latihan"),
    ],
)
def test_what_people_write_has_one_canonical_form(text: str, canonical: str) -> None:
    assert who.read(text, GROUPS) == canonical
    assert who.read(canonical, GROUPS) == canonical


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("trainig", "is no group, network or hardware address"),
        ("group:trainig", "there is no group 'trainig'"),
        ("network:10.1.2.3/16", "not a network"),
        ("10.1.2.3/16", "not a network: 10.1.2.3/16 has host bits set"),
        ("224.0.0.1", "no client has the address '224.0.0.1'"),
        ("network:239.0.0.0/8", "no client has the address"),
        ("0.0.0.0", "no client has the address"),
        ("255.255.255.255", "no client has the address"),
        ("::", "no client has the address"),
        ("ff02::1", "no client has the address"),
        ("::ffff:224.0.0.1", "no client has the address"),
        ("device:pc", "'pc' is no hardware address"),
        ("device:00:00:00:00:00:00", "is the address of no device"),
        ("ff:ff:ff:ff:ff:ff", "is the address of no device"),
        ("0100.5E00.0001", "is the address of no device"),
        ("device:33-33-00-00-00-01", "is the address of no device"),
        ("device:01", "no hardware address"),
        ("host:a b", "'a b' is no host name"),
        ("staff:", "is no staff key"),
        ("department: ", "is no department"),
        ("staff:" + "a" * 201, "is no staff key"),
        ("staff:a\x07", "is no staff key"),
        ("", "is no group"),
    ],
)
def test_what_is_nobody_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        who.read(text, GROUPS)


def test_a_group_of_the_configuration_may_name_no_device_that_there_is_not() -> None:
    for text in ("ff:ff:ff:ff:ff:ff", "device:00:00:00:00:00:00"):
        with pytest.raises(BadInput, match="is the address of no device"):
            who.read_identity(text)


def test_only_what_somebody_is_known_as_is_an_identity() -> None:
    assert who.read_identity("10.1.0.0/16") is None
    assert who.read_identity("training") is None
    assert who.read_identity("3c:22:fb:01:02:03") == "device:3c:22:fb:01:02:03"
    assert [who.is_identity(text) for text in ("group:a", "network:10.0.0.1", "host:a", "staff:b")] == [
        False,
        False,
        True,
        True,
    ]
