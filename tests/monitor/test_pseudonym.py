from __future__ import annotations

import hmac
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.pseudonym import Pseudonyms, load_or_make


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["person", "device", "address"]))
def test_equal_subjects_have_equal_pseudonyms_and_others_do_not(one: str, other: str, kind: str) -> None:
    names = Pseudonyms(b"k" * 32)
    assert len(names.of(kind, one)) == 16
    assert (names.of(kind, one) == names.of(kind, other)) == (one == other)
    assert names.of(kind, one) != Pseudonyms(b"l" * 32).of(kind, one)


def test_it_is_the_hmac_of_the_standard() -> None:
    assert (
        Pseudonyms(b"k" * 32).of("person", "a1") == hmac.new(b"k" * 32, b"person\0a1", "sha256").digest()[:16]
    )


def test_a_person_is_not_the_device_of_the_same_name() -> None:
    names = Pseudonyms(b"k" * 32)
    assert names.of("person", "10.0.0.1") != names.of("address", "10.0.0.1")


def test_the_key_of_a_file_makes_the_same_pseudonyms_again(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    made, again = load_or_make(path), load_or_make(path)
    assert (again.key_id, again.of("person", "a")) == (made.key_id, made.of("person", "a"))
    path.unlink()
    assert load_or_make(path).key_id != made.key_id
