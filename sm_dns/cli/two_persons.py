"""A decision of two persons at one terminal: administrators of the dashboard, each by password and code."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sm_dns.state.dashboard_accounts import ADMIN, User, read_book
from sm_dns.util.errors import BadInput

PERSONS = 2
TRIES = 3  # for all of them together


def decided_by(state_dir: Path, user: str) -> str:
    """Who decides: two administrators where so many have set up their accounts, the one where there is one, else the
    `user` of the command. Raises `BadInput`."""
    book = read_book(state_dir)
    able = [each for each in book.users if each.role == ADMIN and each.totp and not each.borrowed]
    needed = min(len(able), PERSONS)
    if not needed:
        return user
    found: list[str] = []
    for _ in range(TRIES + needed):
        name = click.prompt(f"administrator {len(found) + 1} of {needed}", err=True).strip().lower()
        one = next((each for each in able if each.name == name and name not in found), None)
        if _is_who_it_says(one):
            found.append(name)
        else:
            click.echo("That is not right, or is nobody who may.", err=True)
        if len(found) == needed:
            return " and ".join(found)
    raise BadInput("it takes {needed} administrators, each with password and code", needed=needed)


def _is_who_it_says(user: User | None) -> bool:
    try:
        from sm_dns.web.auth import passwords, totp
    except ImportError as error:
        raise BadInput("needs the extra web: pip install '.[web]' in the source") from error
    password = click.prompt("password", hide_input=True, err=True)
    code = click.prompt("code", err=True)
    right = passwords.matches(None if user is None else user.password, password)
    return right and user is not None and totp.accepted(user.totp, code, time.time(), 0) is not None
