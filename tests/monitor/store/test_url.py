from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sm_dns.monitor.store.url import is_postgres, open_database
from sm_dns.util.errors import BadInput


def test_addresses_and_paths_are_told_apart() -> None:
    assert is_postgres("postgresql://server/usage")
    assert is_postgres("postgres://server/usage")
    assert not is_postgres("/var/lib/sm-dns/usage.db")
    assert not is_postgres(Path("postgresql"))


def test_an_address_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(BadInput, match="cannot be read") as caught:
        open_database("postgresql://user:secret@[server/usage", create=True)
    assert "secret" not in str(caught.value)


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sm_dns.monitor.store.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadInput, match=r"pip install \'\.\[postgres\]\' in the source"):
        open_database("postgresql://server/usage", create=True)
