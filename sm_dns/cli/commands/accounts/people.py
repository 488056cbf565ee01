"""Listing the accounts of the dashboard, and letting in again who lost the authenticator or the password."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import click

from sm_dns.cli.commands.accounts.tokens import token, token_text
from sm_dns.cli.common import Group, show, trail_of, with_json, with_needed_reason, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.settings.settings import Settings
from sm_dns.state.dashboard_accounts import User, read_book
from sm_dns.util.errors import BadInput
from sm_dns.web.auth.accounts import Accounts, with_first_password, without_code

_OCTETS = 12  # of chance in a first password


@click.group("accounts", cls=Group)
def command() -> None:
    """List who may use the dashboard; reset a code or a password; make tokens for programs."""


command.add_command(token)


@command.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the people and the tokens of the dashboard."""
    book = read_book(settings.state_dir)
    for user in book.users:
        data = {"name": user.name, "role": user.role, "department": user.department}
        told = {**data, "code": bool(user.totp), "first_password": user.borrowed}
        show(as_json, told, _text(user))
    for each in book.tokens:
        data = {"token": each.id, "label": each.label, "role": each.role, "department": each.department}
        show(as_json, {**data, "expires": each.expires}, token_text(each, time.time()))
    if not (as_json or book.users or book.tokens):
        click.echo("Nobody has an account yet.")


@command.command("reset")
@click.argument("name")
@with_needed_reason
@with_settings
@with_json
def reset(name: str, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Forget the authenticator and the recovery codes of somebody who lost them.

    An administrator sets up another at the next login, after the password.
    """
    _changed(settings, name, without_code, "totp reset", reason, by)
    show(as_json, {"name": name}, f"{printable(name)}: the code at login is set up anew")


@command.command("password")
@click.argument("name")
@with_needed_reason
@with_settings
@with_json
def password(name: str, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Give somebody a first password, which is printed once and changed at the next login.

    The code at login is forgotten too, and sessions end.
    """
    try:
        from sm_dns.web.auth.passwords import hash_new
    except ImportError as error:
        raise BadInput("needs the extra web: pip install '.[web]' in the source") from error
    first = secrets.token_urlsafe(_OCTETS)
    kept = hash_new(first)
    _changed(settings, name, lambda user: with_first_password(user, kept), "password reset", reason, by)
    text = f"{printable(name)}: first password {first}; it is changed at the next login"
    show(as_json, {"name": name, "password": first}, text)


def _changed(
    settings: Settings, name: str, change: Callable[[User], User], action: str, why: str, by: str | None
) -> None:
    with trail_of(settings, by).turn() as turn:
        file = Accounts(settings.state_dir).with_changed(name, change)
        turn.change(action, name, why=why, detail={}, files=[file])


def _text(user: User) -> str:
    role = f"{user.role} of {user.department}" if user.department else user.role
    code = "a code at login" if user.totp else "no code at login"
    first = ", a first password to change" if user.borrowed else ""
    return printable(f"{user.name}: {role}, {code}{first}")
