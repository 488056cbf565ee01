"""The `sm-dns` command. A command's module is imported only when it runs: `--help` needs none of them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module

import click
from click.shell_completion import CompletionItem

import sm_dns
from sm_dns import native, native_build
from sm_dns.state.fleet.role import BelongsToPrimary
from sm_dns.util.errors import BadInput
from sm_dns.util.message import told

FAILED = 1
BAD_INPUT = 2

# command: what it does. Its module has the same name, in `commands` or in the folder that `FOLDERS` names, and holds
# the click command `command`.
COMMANDS = {
    "setup": "Set this server up: ask what must be known, write it, start, and say what comes next.",
    "uninstall": "Undo what setup did to this server, and say what stays.",
    "serve": "Run the resolver.",
    "status": "Say how the running server is, and what is open now.",
    "top": "Watch the running server, live in the terminal.",
    "trace": "Show the questions of one client as they are asked, for a few minutes.",
    "reload": "Have the running server read its files again.",
    "cache": "Show and flush what the running server has cached.",
    "check": "Read the configuration and everything it names; say what is wrong or odd.",
    "healthy": "Say by the exit code whether this server answers by a policy that is in force.",
    "doctor": "Say what is wrong here or on the network, and what to type.",
    "explain": "Say what a client would get for a name, why, and until when.",
    "history": "List every policy that was in force: when, by whom, why, what changed.",
    "timetable": "List the coming edges of a schedule.",
    "domains": "Add, remove, list and find names on the site's own lists.",
    "groups": "List the groups of clients, and what they get now.",
    "services": "List the services that are known, and their names; set a rule for one.",
    "staff": "Look at the file that says whose a device is.",
    "lists": "Show and refresh the lists fetched by URL.",
    "calendar": "Propose, import, accept, show and correct the public holidays.",
    "exempt": "Grant, list and revoke exemptions.",
    "nta": "Have the DNSSEC of a broken domain not checked for a while.",
    "pause": "Deny nothing for a while.",
    "open": "Open a category or a service for a while.",
    "close": "Close a category or a service for a while.",
    "resume": "End what was paused, opened or closed for a while.",
    "emergency": "Set the whole policy aside, whatever the state of its files.",
    "requests": "List, approve and decline what staff asked to have opened.",
    "fleet": "Join servers to one service, look how they stand, promote a node.",
    "feeds": "Have other resolvers keep the hours: configure them, and see what they do.",
    "accounts": "List who may use the dashboard; reset codes and passwords; make tokens.",
    "audit": "Show the audit, and verify that nobody changed it.",
    "report": "Report on the use of services, as text, JSON, CSV, HTML or PDF.",
    "store": "Back up, restore, verify and purge the counts of use; hold what must be kept.",
    "backup": "Write the whole server into one encrypted file, while it runs.",
    "restore": "Put a backup on this server.",
    "completion": "Print the completion script of a shell.",
}


FOLDERS = {
    **dict.fromkeys(("pause", "open", "close", "resume", "emergency"), "switches."),
    **dict.fromkeys(("check", "healthy", "doctor"), "health."),
    "fleet": "fleet.",
    "nta": "validation.",
    **dict.fromkeys(("backup", "restore"), "backups."),
    **dict.fromkeys(("audit", "history"), "records."),
    **dict.fromkeys(("setup", "uninstall"), "install."),
}


@contextmanager
def suggesting(group: click.Group, ctx: click.Context, words: list[str]) -> Iterator[None]:
    """Add to click's refusal of a command the one that was meant."""
    try:
        yield
    except click.UsageError as error:
        near = get_close_matches(words[0], group.list_commands(ctx), n=1)
        if not near:
            raise
        raise click.UsageError(f"{error.message} Did you mean {near[0]!r}?", ctx) from None


class Commands(click.Group):
    """Finds commands by name in `COMMANDS`, and turns errors into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        folder = FOLDERS.get(cmd_name, "")
        command: click.Command = import_module(f"sm_dns.cli.commands.{folder}{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, by what `COMMANDS` says: click would import the module of each."""
        found = [
            CompletionItem(name, help=about)
            for name, about in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        with suggesting(self, ctx, args):
            return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BelongsToPrimary as error:
            from sm_dns.cli.carrying import carry  # what seldom happens is not loaded each time

            try:
                ctx.exit(carry(error.state_dir, sys.argv[1:]))
            except BadInput as refused:
                click.echo(f"error: {refused}", err=True)
                ctx.exit(BAD_INPUT)
        except BadInput as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(BAD_INPUT)
        except BrokenPipeError:
            raise
        except PermissionError as error:
            from sm_dns.ipc.rights import refusal  # what seldom happens is not loaded each time

            click.echo(f"error: {refusal(error)}", err=True)
            ctx.exit(FAILED)
        except OSError as error:
            click.echo(f"error: {told(error)}", err=True)
            ctx.exit(FAILED)


def _version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    """Print the version, the commit it was made of where that is known, and what runs it."""
    if wanted and not ctx.resilient_parsing:
        commit = native_build.commit()
        form = "native" if native.is_compiled() else "pure Python"
        told = [f"sm-dns {sm_dns.__version__}", f"commit {commit}" if commit else "", form]
        click.echo(", ".join(filter(None, [*told, f"Python {platform.python_version()}"])))
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show version, form and Python, and exit.",
)
def cli() -> None:
    """A resolver that keeps an office's permitted hours for social media, to the second.

    Exit codes: 0 done, 1 failed, 2 bad input.
    """


def main() -> None:
    """The entry point of the installed command."""
    cli(prog_name="sm-dns", complete_var="_SM_DNS_COMPLETE")


if __name__ == "__main__":
    main()
