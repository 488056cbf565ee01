"""Making tokens for programs, and taking them back."""

from __future__ import annotations

import time

import click

from sm_dns.cli.common import Group, show, trail_of, with_json, with_needed_reason, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.settings.settings import Settings
from sm_dns.state.dashboard_accounts import Token
from sm_dns.util.clock import utc_iso
from sm_dns.web.auth.accounts import NEVER, TOKEN_DAYS, TOKEN_ROLES, Accounts, token_end


@click.group("token", cls=Group)
def token() -> None:
    """Make tokens for programs, and make them worthless."""


@token.command("add")
@click.argument("label")
@click.option("--role", required=True, type=click.Choice(TOKEN_ROLES), help="What it may see and do.")
@click.option("--department", default="", help="Of a head: the only one that it sees.")
@click.option(
    "--expires",
    default=f"{TOKEN_DAYS}d",
    show_default=True,
    metavar="LENGTH",
    help=f"How long it is good for: 30d, 52w, or {NEVER}.",
)
@with_needed_reason
@with_settings
@with_json
def add(
    label: str,
    role: str,
    department: str,
    expires: str,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Make a token; its text is printed once and kept as its hash."""
    now = time.time()
    accounts = Accounts(settings.state_dir)
    with trail_of(settings, by).turn() as turn:
        file, text, kept = accounts.with_token(label, role, department, now, token_end(expires, now))
        turn.change("token add", kept.id, why=reason, detail=kept.told(), files=[file])
    data = {"token": kept.id, "expires": kept.expires, "text": text}
    show(as_json, data, f"{token_text(kept, now)}\n{text}")


@token.command("revoke")
@click.argument("token_id", metavar="ID")
@with_needed_reason
@with_settings
@with_json
def revoke(token_id: str, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Make a token worthless, at once."""
    with trail_of(settings, by).turn() as turn:
        file, gone = Accounts(settings.state_dir).without_token(token_id)
        turn.change("token revoke", gone.id, why=reason, detail={"label": gone.label}, files=[file])
    show(as_json, {"token": gone.id}, printable(f"{gone.id}: {gone.label} is worthless"))


def token_text(told: Token, now: float) -> str:
    """A token in a line, without its secret; `now`: POSIX seconds."""
    role = f"{told.role} of {told.department}" if told.department else told.role
    if told.expires is None:
        end = "never ends"
    else:
        end = f"{'ended' if now >= told.expires else 'ends'} {utc_iso(told.expires)}"
    return printable(f"{told.id}: token {told.label}, {role}, {end}")
