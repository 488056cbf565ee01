"""What a person does after setup: tells the devices, opens the dashboard, types one more command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sm_dns.settings import yaml_source
from sm_dns.setup import certificates
from sm_dns.setup.asking.known import Known
from sm_dns.setup.asking.questions import Answers
from sm_dns.setup.certificates import OWN_CA
from sm_dns.setup.config_edits import addresses, dashboard_addresses
from sm_dns.setup.dhcp_lines import dhcp_lines
from sm_dns.setup.plan import Plan
from sm_dns.state.dashboard_accounts import FILE, FOLDER
from sm_dns.util.message import NOTHING, Message

TOKEN = "first-run-token"  # noqa: S105 (the name of its file, beside the accounts)


def next_steps(plan: Plan, known: Known, answers: Answers, year: int) -> Iterator[Message]:
    """The lines for DHCP of this network, the first link, and the one next command."""
    yield NOTHING
    yield from _dhcp(known, answers)
    yield NOTHING
    yield from _dashboard(plan, known, answers)
    if answers.first_week:
        yield Message(
            "Nothing is denied yet. After the first week: sudo sm-dns setup, and no to the last question."
        )
    yield Message("Next: {command}", command=_next_command(plan, known, year))


def _dhcp(known: Known, answers: Answers) -> Iterator[Message]:
    lines = dhcp_lines(addresses(answers.listen, known), known.findings.lan_addresses)
    if not lines:
        yield Message("This server answers itself alone: no device of the office can be told to ask it.")
        return
    yield Message("Have devices ask this server, and no other beside it. Where your addresses are given out:")
    for each in lines:
        yield Message("  {server}", server=each.server)
        for line in each.lines:
            yield Message("    {line}", line=line)


def _dashboard(plan: Plan, known: Known, answers: Answers) -> Iterator[Message]:
    listen = dashboard_addresses(answers, known)
    if not listen:
        return
    made = plan.made
    is_plain = answers.dashboard == "local"
    port = listen[0].rpartition(":")[2]
    where = f"{answers.dashboard_name}:{port}" if answers.dashboard_name else listen[0]
    yield Message("Dashboard: {link}", link=f"http{'' if is_plain else 's'}://{where}/")
    if made is not None and made.certificate.is_file():
        if made.kind == OWN_CA:
            yield Message("  give browsers this CA, which can sign nothing but that: {file}", file=made.ca)
        shown = certificates.fingerprint(made.certificate)
        yield Message("  its certificate has the SHA-256 fingerprint {fingerprint}", fingerprint=shown)
    if not (plan.files.state_dir / FOLDER / FILE).exists():  # nobody has an account yet
        token = plan.files.state_dir / FOLDER / TOKEN
        yield Message("  the first visit asks for a token: {command}", command=f"sudo cat {token}")


def _next_command(plan: Plan, known: Known, year: int) -> str:
    """Holidays first where nobody has accepted those of this year; else how the server is."""
    document = yaml_source.parse(plan.after, plan.files.config).value
    name = replace(known, document=document).calendar
    if not (plan.files.config.parent / "calendar" / f"{name}-{year}.cal").is_file():
        return f"sudo sm-dns calendar propose {year} && sudo sm-dns calendar accept {year}"
    return "sudo sm-dns status"
