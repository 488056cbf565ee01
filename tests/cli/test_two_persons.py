"""Who promotes a node: root alone, one administrator, or two of them, each by password and code."""

from __future__ import annotations

import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sm_dns.cli.two_persons import decided_by
from sm_dns.state.dashboard_accounts import ADMIN, User
from sm_dns.util.errors import BadInput
from sm_dns.web.auth import totp
from sm_dns.web.auth.accounts import Accounts
from sm_dns.web.auth.passwords import hash_new
from tests.support.changes import put

PASSWORD = "a long pass phrase"
SECRET = "JBSWY3DPEHPK3PXP" * 2


def _accounts(state: Path, *names: str, code: str = SECRET, borrowed: bool = False) -> None:
    for name in names:
        user = User(name, ADMIN, "", hash_new(PASSWORD), code, borrowed)
        put(Accounts(state).with_user(user))


def _decided(state: Path, *words: str) -> str:
    @click.command()
    def command() -> None:
        try:
            click.echo(f"by {decided_by(state, 'root')}")
        except BadInput as error:
            click.echo(f"no: {error}")

    return CliRunner().invoke(command, input="".join(f"{each}\n" for each in words)).output


def _code() -> str:
    import base64

    return totp.hotp(base64.b32decode(SECRET), int(time.time() // totp.STEP))


def test_without_accounts_it_is_whoever_runs_the_command(tmp_path: Path) -> None:
    assert "by root" in _decided(tmp_path)
    _accounts(tmp_path, "new", borrowed=True)
    assert "by root" in _decided(tmp_path), "who has not set up an account yet is nobody"


def test_one_administrator_is_enough_where_there_is_one(tmp_path: Path) -> None:
    _accounts(tmp_path, "first")
    assert "by first" in _decided(tmp_path, "first", PASSWORD, _code())


def test_it_takes_two_where_there_are_two_and_they_are_two(tmp_path: Path) -> None:
    _accounts(tmp_path, "first", "second")
    one, two = ("first", PASSWORD, _code()), ("second", PASSWORD, _code())
    assert "by first and second" in _decided(tmp_path, *one, *two)
    again = _decided(tmp_path, *one, *one, *one, *one, *one)
    assert "no: it takes 2 administrators" in again


@pytest.mark.parametrize(
    "wrong", [("first", "another", "CODE"), ("first", PASSWORD, "000000"), ("x", "y", "1")]
)
def test_who_is_not_who_it_says_decides_nothing(tmp_path: Path, wrong: tuple[str, str, str]) -> None:
    _accounts(tmp_path, "first")
    words = tuple(_code() if each == "CODE" else each for each in wrong)
    assert "no: it takes 1 administrators" in _decided(tmp_path, *(words * 4))
