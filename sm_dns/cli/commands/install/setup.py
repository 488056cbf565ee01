"""`sm-dns setup`: the way into a network, for somebody who is no expert of DNS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from sm_dns.cli.looked_over import LookedOver, look_over
from sm_dns.cli.main import FAILED
from sm_dns.cli.person import Person, is_there
from sm_dns.cli.service_user import as_user, service_user
from sm_dns.cli.setup_site import person, put_on_record, site, with_site
from sm_dns.setup.apply import carry_out
from sm_dns.setup.asking import said
from sm_dns.setup.asking.answers_file import answers_text, default_answers, read_answers
from sm_dns.setup.asking.dialogue import agreed, ask_all
from sm_dns.setup.asking.facts import of_port
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.question import Given
from sm_dns.setup.asking.questions import Answers, answers, remarks
from sm_dns.setup.findings import look_at
from sm_dns.setup.host import Host
from sm_dns.setup.knowing import what_is_known
from sm_dns.setup.next_steps import next_steps
from sm_dns.setup.plan import Files, Plan, make_plan
from sm_dns.setup.service import has_unit
from sm_dns.setup.trial import Tried, asked_at, try_names
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.message import NOTHING, Message


@dataclass(frozen=True)
class _Work:
    """One run of the command."""

    host: Host
    files: Files
    known: Known
    told: Person


@click.command("setup")
@click.option(
    "--answers",
    "answers_at",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Take the answers from this file, show what they change, and ask before it is done.",
)
@click.option("--print-answers", is_flag=True, help="Print a file of answers to begin with, and exit.")
@click.option("--yes", is_flag=True, help="With --answers: carry it out without asking.")
@click.option(
    "--json", "as_json", is_flag=True, help="With --answers: one JSON object on a line, for programs."
)
@with_site
@click.pass_context
def command(
    ctx: click.Context,
    answers_at: Path | None,
    print_answers: bool,
    yes: bool,
    as_json: bool,
    config: Path | None,
    lang: str | None,
    root: Path,
) -> None:
    """Set this server up: look at the host, ask what must be known, write /etc/sm-dns/sm-dns.yaml, start the service.

    Every change is shown first, the file as it was is kept beside it, and a second run with the same answers changes
    nothing. Port 53 of systemd-resolved is freed where it is in the way and you say yes; `sm-dns uninstall` takes
    that back.
    """
    if answers_at is None and not print_answers and (yes or as_json):
        raise BadInput("--yes and --json go with --answers FILE")
    host, files = site(root, config)
    if answers_at is None and not print_answers and not is_there():
        raise BadInput(
            "setup asks questions: run it in a terminal, or give --answers FILE (see --print-answers)"
        )
    work = _Work(host, files, what_is_known(host, files, look_at), person(lang))
    if print_answers:
        click.echo(answers_text(work.known, default_answers(work.known)), nl=False)
    elif answers_at is None:
        _by_person(ctx, work)
    else:
        _by_file(ctx, work, read_answers(answers_at, work.known), yes=yes, as_json=as_json)


def _by_person(ctx: click.Context, work: _Work) -> None:
    told = work.told
    told.say(said.BEGIN)
    given = answers(ask_all(work.known, told))
    plan = make_plan(work.host, work.files, work.known, given)
    told.say(NOTHING)
    if not _shown(plan, told):
        _tell_next(work, plan, given)
    elif agreed(said.SHALL_IT, told, enter=True):
        _carry_out(ctx, work, plan, given)
    else:
        told.say(said.NOT_DONE)
        ctx.exit(FAILED)


def _by_file(ctx: click.Context, work: _Work, said_so: Given, *, yes: bool, as_json: bool) -> None:
    given = answers(said_so)
    plan = make_plan(work.host, work.files, work.known, given)
    if as_json:
        _as_json(ctx, work, plan, given, yes=yes)
        return
    for each in remarks(said_so, work.known):
        work.told.say(each)
    if not _shown(plan, work.told):
        return
    if not yes and not is_there():
        work.told.say(said.NOT_DONE_YET)
    elif yes or agreed(said.SHALL_IT, work.told, enter=True):
        _carry_out(ctx, work, plan, given)
    else:
        work.told.say(said.NOT_DONE)
        ctx.exit(FAILED)


def _carry_out(ctx: click.Context, work: _Work, plan: Plan, given: Answers) -> None:
    """Do it before somebody who reads along."""
    for step in _steps(work, plan):
        work.told.say(step)
    tried = []
    for each in _trial(work, given):
        work.told.say(each.text)
        tried.append(each)
    if any(not each.is_resolved for each in tried):
        work.told.say(said.NOT_RESOLVING)
    _tell_next(work, plan, given)
    if any(each.reason for each in tried):
        ctx.exit(FAILED)


def _as_json(ctx: click.Context, work: _Work, plan: Plan, given: Answers, *, yes: bool) -> None:
    """Do it, or not, for a program."""
    is_done = plan.is_changed and yes
    steps = [str(step) for step in _steps(work, plan)] if is_done else []
    tried = list(_trial(work, given)) if is_done else []
    data = {
        "changed": plan.is_changed,
        "done": is_done,
        "diff": plan.diff(),
        "in_the_way": [str(each) for each in of_port(given.listen, work.known)],
        "steps": steps,
        "tried": {each.name: str(each.text) for each in tried},
    }
    click.echo(json.dumps(data, ensure_ascii=False))
    if any(each.reason for each in tried):
        ctx.exit(FAILED)


def _shown(plan: Plan, told: Person) -> bool:
    """Show what a plan would change; False where that is nothing."""
    if not plan.is_changed:
        told.say(said.NO_CHANGE)
        return False
    if plan.is_written:
        told.say(said.THIS_CHANGES)
        click.echo(plan.diff())
    for each in plan.other_changes():
        told.say(each)
    return True


def _steps(work: _Work, plan: Plan) -> Iterator[Message]:
    user = service_user(work.files.state_dir)

    def check(draft: Path) -> tuple[Finding, ...]:
        return as_user(user, LookedOver, lambda: look_over(draft)).findings

    now = datetime.now()  # noqa: DTZ005 (local, for the name of a file that people read)
    return carry_out(work.host, plan, check, lambda: put_on_record(work.files, "setup"), user, now)


def _trial(work: _Work, given: Answers) -> Iterator[Tried]:
    return try_names(asked_at(given.listen[0])) if has_unit(work.host) else iter(())


def _tell_next(work: _Work, plan: Plan, given: Answers) -> None:
    for each in next_steps(plan, work.known, given, datetime.now().year):  # noqa: DTZ005 (local)
        work.told.say(each)
