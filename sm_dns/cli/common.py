"""What commands share: where the configuration is, how data is printed, how a change is made known."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sm_dns.cli.main import suggesting
from sm_dns.ipc import client
from sm_dns.ipc.requests import Reload
from sm_dns.ipc.rights import refusal
from sm_dns.settings.load import load_settings
from sm_dns.settings.location import found_config
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.state.one_line import one_line
from sm_dns.util.errors import BadInput, about
from sm_dns.util.strict_json import Json
from sm_dns.util.typed_json import to_json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Group(click.Group):
    """Commands of which the help shows the whole first sentence; click alone cuts it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        with suggesting(self, ctx, args):
            return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        found = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        rows = [(name, _first_sentence(command.help or "")) for name, command in found if command is not None]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split()).partition(". ")[0].rstrip(".") + "."


def _path(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    return value if ctx.resilient_parsing else value or found_config()


def _settings(ctx: click.Context, param: click.Parameter, value: Path | None) -> Settings | Path | None:
    if ctx.resilient_parsing:
        return value  # what completes a word reads it, or does without
    try:
        return load_settings(value or found_config())
    except BadInput as error:
        if isinstance(error.__cause__, PermissionError):
            raise error.__cause__ from None  # nothing is wrong with the file: what helps are other rights
        raise


def with_settings(command: F) -> F:
    """Add `--config`; the command gets the loaded configuration as `settings`."""
    return _config_option("settings", _settings)(command)


def with_config(command: F) -> F:
    """Add `--config`; the command gets the path as `config` and reads it itself."""
    return _config_option("config", _path)(command)


def _config_option(name: str, callback: Callable[..., Any]) -> Callable[[F], F]:
    return click.option(
        "--config",
        name,
        type=click.Path(path_type=Path, dir_okay=False, readable=False),
        callback=callback,
        help="Configuration file [default: $SM_DNS_CONFIG, ./config/sm-dns.yaml, /etc/sm-dns/sm-dns.yaml;"
        " for root the last goes first]",
    )


def once(_: click.Context, option: click.Parameter, given: tuple[str, ...]) -> str | None:
    """A callback of an option with `multiple` that may be given once: of two, the first would be lost without a
    word. Raises `BadInput`."""
    if len(given) > 1:
        raise BadInput(
            "{option} is given {count} times: one at a time", option=option.opts[0], count=len(given)
        )
    return given[0] if given else None


def with_json(command: F) -> F:
    """Add `--json`; the command gets `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")(
        command
    )


def line(_: click.Context, option: click.Parameter, given: str | None) -> str | None:
    """A callback of an option that says why, or who decided: one line (`state.one_line`). Raises `BadInput`."""
    with about(option.opts[0]):
        return None if given is None else one_line(given)


def with_reason(command: F) -> F:
    """Add `--reason` and `--by`, which the audit keeps."""
    command = click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]")(
        command
    )
    return click.option(
        "--reason", callback=line, default="", metavar="TEXT", help="Why; kept in the audit."
    )(command)


def with_needed_reason(command: F) -> F:
    """The same of a change that nobody makes without a reason."""
    command = click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]")(
        command
    )
    return click.option(
        "--reason", callback=line, required=True, metavar="TEXT", help="Why; kept in the audit."
    )(command)


@contextmanager
def progress(items: Sequence[T], label: str) -> Iterator[Iterable[T]]:
    """The items, with a bar on standard error that grows as they are taken; no bar where nobody looks."""
    if sys.stderr.isatty():
        with click.progressbar(items, label=label, file=sys.stderr) as bar:
            yield bar
    else:
        yield items


WHOLE_MESSAGES = "sm_dns.whole_messages"
"""Of a context: messages are printed with key and values, not as text."""


def show(as_json: bool, data: Mapping[str, object] | DataclassInstance, text: str) -> None:
    """Print one object: as a line of JSON, or as `text` for people."""
    whole = click.get_current_context().meta.get(WHOLE_MESSAGES, False)
    click.echo(json.dumps(to_json(data, None if whole else str), ensure_ascii=False) if as_json else text)


def record(
    settings: Settings, action: str, target: str, *, by: str | None, why: str, detail: Mapping[str, Json]
) -> None:
    """Write into the audit what is about to be done, and is no change of files."""
    trail_of(settings, by).note(action, target, why=why, detail=detail)


def trail_of(settings: Settings, by: str | None) -> Trail:
    """The audit as `by` writes it; where that is somebody else, the user of this process is kept too."""
    user = audit.current_user()
    detail = {} if by in (None, user) else {"user": user}
    return Trail(settings.state_dir / audit.FILE, by or user, detail=detail)


def tell_server(settings: Settings) -> bool:
    """Have the running server read its files again; False where none runs.

    Raises `BadInput` where the server kept its old policy. Returns when it answers by the new one.
    """
    try:
        request = Reload(accept_removed=False)
        return client.ask(settings.state_dir, request, timeout=client.RELOAD_SECONDS) is not None
    except client.Refused as error:
        raise BadInput("written, but the server keeps its old policy: {reason}", reason=error) from error


def tell_left_out(closed: PermissionError | None) -> None:
    """Say, beside what is printed, what this user may not look at."""
    if closed is not None:
        why = refusal(closed)
        click.echo(f"note: without lists by URL and rules that commands set: {why}", err=True)


def server_text(reloaded: bool) -> str:
    """The last line after a change."""
    return (
        "The running server answers by it."
        if reloaded
        else "No server is running; it holds from the next start."
    )
