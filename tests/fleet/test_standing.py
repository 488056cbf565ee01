"""When a bundle is taken, and every way in which it is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.fleet.bundles.bundle import MAX_FILE_BYTES, FileNote, Sealed, read_manifest
from sm_dns.fleet.bundles.standing import NotTaken, after, is_known, taken
from sm_dns.util.errors import BadInput
from tests.fleet.fleets import FILES, manifest, member, signed, standing


def test_a_signed_bundle_of_the_next_generation_is_taken() -> None:
    made = manifest(generation=7)
    assert taken(signed(made), FILES, standing(generation=6)) == made
    assert taken(signed(made), FILES, standing(generation=2)) == made


def test_what_was_taken_is_what_comes_next_is_held_against() -> None:
    first, second = signed(manifest(generation=1)), signed(manifest(generation=2))
    now = after(taken(first, FILES, standing()), first)
    assert is_known(first, now) and not is_known(second, now)
    assert taken(second, FILES, now).generation == 2
    then = after(taken(second, FILES, now), second)
    for again in (first, second):
        with pytest.raises(NotTaken, match=r"of one is not after 2, .* restored"):
            taken(again, FILES, then)


@given(st.data())
def test_an_octet_that_is_another_one_is_refused(data: st.DataObject) -> None:
    whole = signed(manifest())
    part = data.draw(st.sampled_from(("manifest", "signature")))
    octets = bytearray(getattr(whole, part))
    at = data.draw(st.integers(0, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(NotTaken):
        taken(replace(whole, **{part: bytes(octets)}), FILES, standing())


@given(st.binary(max_size=200), st.binary(max_size=64))
def test_any_octets_are_refused_and_nothing_else_happens(data: bytes, signature: bytes) -> None:
    with pytest.raises(NotTaken):
        taken(Sealed(data, signature), FILES, standing())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({**FILES, "policy.yaml": b"{x\n"}, "policy.yaml is not what was signed"),
        ({**FILES, "policy.yaml": b"{}"}, "policy.yaml is not what was signed"),
        ({"policy.yaml": b"{}\n"}, "zones/social.txt is missing"),
        ({**FILES, "zones/more.txt": b""}, "zones/more.txt is missing, or was not signed"),
    ],
)
def test_files_are_those_that_were_signed(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(NotTaken, match=said):
        taken(signed(manifest()), files, standing())


def test_another_key_signs_nothing() -> None:
    with pytest.raises(NotTaken, match="the signature is not that of one"):
        taken(signed(manifest(), by="two"), FILES, standing())


def test_who_leads_is_who_was_known_to_be_able_to() -> None:
    with pytest.raises(NotTaken, match="three is no member that may lead"):
        taken(signed(manifest(epoch=2, leader="three"), by="three"), FILES, standing())
    own = (member("stranger", "192.0.2.9:1"),)
    with pytest.raises(NotTaken, match="stranger is no member"):
        taken(signed(manifest(epoch=2, leader="stranger", members=own), "stranger"), FILES, standing())
    renamed = (replace(member("stranger", "192.0.2.1:8530"), name="one"),)
    with pytest.raises(NotTaken, match="names itself otherwise"):
        taken(signed(manifest(members=renamed)), FILES, standing())


def test_a_bundle_of_another_fleet_is_refused() -> None:
    with pytest.raises(NotTaken, match="another fleet"):
        taken(signed(manifest(fleet="another")), FILES, standing())


def test_a_higher_epoch_goes_before_every_generation_and_an_older_one_is_over() -> None:
    second = signed(manifest(epoch=2, generation=1, leader="two"), "two")
    made = taken(second, FILES, standing(epoch=1, generation=900))
    now = after(made, second)
    assert (now.epoch, now.generation, now.leader) == (2, 1, "two")
    with pytest.raises(NotTaken, match="epoch 1 is over: two leads in epoch 2"):
        taken(signed(manifest(generation=901)), FILES, now)


def test_of_two_that_lead_in_one_epoch_the_first_stays() -> None:
    with pytest.raises(NotTaken, match="two servers lead in epoch 1, one and two: promote one of them again"):
        taken(signed(manifest(generation=9, leader="two"), "two"), FILES, standing(generation=3))
    third = signed(manifest(epoch=2, generation=4, leader="two"), "two")
    assert taken(third, FILES, standing(generation=3)).leader == "two"


def test_another_format_is_refused_with_what_to_do() -> None:
    found = json.loads(signed(manifest()).manifest) | {"format": 2}
    with pytest.raises(BadInput, match="install the same version"):
        read_manifest(json.dumps(found).encode())


def test_too_much_is_refused_before_it_comes() -> None:
    large = replace(manifest(), files=(FileNote("policy.yaml", MAX_FILE_BYTES + 1, "0" * 64),))
    with pytest.raises(NotTaken, match="larger than"):
        taken(signed(large), FILES, standing())
    twice = replace(manifest(), files=manifest().files[:1] * 2)
    with pytest.raises(NotTaken, match="not in order"):
        taken(signed(twice), FILES, standing())
