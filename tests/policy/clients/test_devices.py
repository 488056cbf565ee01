from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.policy.clients.devices import hardware, identifier, is_identifier, is_nobodys, is_random

MAC = "3c:22:fb:01:02:0f"


@pytest.mark.parametrize("text", [MAC, "3C-22-FB-01-02-0F", "3c22.fb01.020f", " 3C22FB01020F "])
def test_all_spellings_are_one_device(text: str) -> None:
    assert hardware(text) == MAC


@pytest.mark.parametrize("text", ["", "3c:22:fb:01:02", "3c:22:fb:01:02:0g", "*", MAC + ":00"])
def test_what_is_no_hardware_address_is_none(text: str) -> None:
    assert hardware(text) is None


@pytest.mark.parametrize("text", ["00:00:00:00:00:00", "FF-FF-FF-FF-FF-FF", "0100.5e00.0001", "333300000001"])
def test_what_no_device_has_is_none(text: str) -> None:
    assert hardware(text) is None
    assert is_nobodys(text)
    assert not is_nobodys(MAC) and not is_nobodys("*")


@pytest.mark.parametrize(
    ("device", "random"), [(MAC, False), ("3e:22:fb:01:02:0f", True), ("duid:02", False)]
)
def test_locally_administered_addresses_are_random(device: str, random: bool) -> None:
    assert is_random(device) is random


def test_an_identifier_gives_the_hardware_address_it_holds() -> None:
    assert identifier("00:01:00:01:2a:bb:cc:dd:" + MAC) == MAC
    assert identifier("00:03:00:01:" + MAC) == MAC
    assert identifier("00:04:12:34") == "duid:00041234"
    assert identifier("00:01:00:06:2a:bb:cc:dd:" + MAC) == "duid:000100062abbccdd3c22fb01020f"  # no Ethernet
    assert is_identifier("duid:00")
    assert not is_identifier(MAC)


@given(st.text(max_size=600))
def test_any_text_is_a_device_or_none(text: str) -> None:
    for found in (hardware(text), identifier(text)):
        if found is not None and not is_identifier(found):
            assert hardware(found) == found
            assert is_random(found) in (True, False)
