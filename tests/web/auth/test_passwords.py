from __future__ import annotations

import pytest

from sm_dns.util.errors import BadInput
from sm_dns.web.auth import passwords


def test_a_password_matches_itself_only() -> None:
    kept = passwords.hash_new("betul-dan-panjang")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "betul-dan-panjang")
    assert not passwords.matches(kept, "betul-dan-panjan")
    assert not passwords.matches(kept, "")
    assert not passwords.matches(kept, "x" * 100_000)
    assert not passwords.matches("no hash", "betul-dan-panjang")


def test_nobody_has_no_password() -> None:
    for word in ("", "nobody", "betul-dan-panjang"):
        assert not passwords.matches(None, word)


@pytest.mark.parametrize("word", ["", "short", "aaaaaaaaaaaaaaa", "x" * 201])
def test_what_is_too_easy_is_not_taken(word: str) -> None:
    with pytest.raises(BadInput, match="a password"):
        passwords.hash_new(word)
