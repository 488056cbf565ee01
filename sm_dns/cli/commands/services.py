"""`sm-dns services`: the catalogue of services and their names."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass

import click

from sm_dns.admin.known_names import known_category
from sm_dns.admin.readable_lists import readable_lists
from sm_dns.admin.service_changes import ServiceRuleTold, set_rule, unset_rule
from sm_dns.admin.service_names import services_called
from sm_dns.cli import completing
from sm_dns.cli.common import (
    Group,
    server_text,
    show,
    tell_left_out,
    tell_server,
    trail_of,
    with_json,
    with_needed_reason,
    with_settings,
)
from sm_dns.cli.terminal import printable
from sm_dns.dns import names
from sm_dns.lists.shipped import shipped_zones
from sm_dns.lists.sources import Row, Service, read_zones
from sm_dns.policy.service_rules import RULE_ACTIONS
from sm_dns.settings.settings import Settings


@click.group("services", cls=Group)
def command() -> None:
    """List the services that are known, and their names; set a rule for one."""


@command.command("list")
@click.option("--category", help="Only this category.", shell_complete=completing.categories)
@with_settings
@with_json
def list_(category: str | None, settings: Settings, as_json: bool) -> None:
    """List every service with its category, number of names, and the rules for it."""
    if category is not None:
        known_category(settings, category)
    lists = readable_lists(settings)
    tell_left_out(lists.closed)
    counts = Counter(tag.list for _, tag in lists.rows)
    wanted = [one for one in lists.services if category in (None, one.category)]
    if not (wanted or as_json):
        click.echo(f"No service is listed as {category}.")
    for service in wanted:
        own = tuple(rule for rule in lists.rules if rule.service == service.id)
        names = counts[service.list]
        line = f"{service.category:<10} {service.id:<20} {service.name} ({_told(names, service)})"
        show(as_json, _service(service, names, own), "\n".join([line, *map(_rule_text, own)]))


def _told(names: int, service: Service) -> str:
    return f"{names} names" if service.on else "off; a rule or optional_services switches it on"


def _rule_text(rule: ServiceRuleTold) -> str:
    whose = f" for {', '.join(rule.who)}" if rule.who else ""
    if rule.source == "file":
        return f"  rule: {rule.action}{whose}, by the configuration"
    return f"  rule: {rule.action}{whose}, by {printable(rule.by)} at {rule.at}: {printable(rule.reason)}"


@command.command("set")
@click.argument("service", metavar="SERVICE", shell_complete=completing.services)
@click.argument("action", type=click.Choice(RULE_ACTIONS))
@click.option(
    "--who",
    multiple=True,
    metavar="WHO",
    shell_complete=completing.groups,
    help="For these only: a group, a network, a hardware address, host:…, staff:…, department:…, own-links; may be"
    " given again.",
)
@with_needed_reason
@with_settings
@with_json
def set_(
    service: str,
    action: str,
    who: tuple[str, ...],
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Give a service, by id or by name, another action than its category has.

    ACTION is deny, schedule (by the hours) or permit. It comes before what the configuration says of the service.
    """
    trail = trail_of(settings, by)
    told = set_rule(settings, time.time(), service, action, who, why=reason, trail=trail)
    reloaded = tell_server(settings)
    data = {**asdict(told), "reloaded": reloaded}
    show(as_json, data, f"{told.service}:\n{_rule_text(told)}\n{server_text(reloaded)}")


@command.command("unset")
@click.argument("service", metavar="SERVICE", shell_complete=completing.ruled_services)
@with_needed_reason
@with_settings
@with_json
def unset(service: str, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Take away the rules that commands set for a service: the configuration or its category decides again."""
    taken = unset_rule(settings, service, why=reason, trail=trail_of(settings, by))
    reloaded = tell_server(settings)
    for told in taken:
        show(
            as_json, {**asdict(told), "reloaded": reloaded}, f"{told.service}: taken away\n{_rule_text(told)}"
        )
    if not as_json:
        click.echo(server_text(reloaded))


@command.command("show")
@click.argument("wanted", metavar="SERVICE...", nargs=-1, required=True, shell_complete=completing.services)
@with_settings
@with_json
def show_(wanted: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Show the names of services, by id or by name."""
    lists = readable_lists(settings)
    tell_left_out(lists.closed)
    for text in wanted:
        for service in services_called(lists.services, text):
            own = lists.rows if service.on else read_zones(shipped_zones(), [service.id]).rows
            listed = tuple(_entry(row) for row in own if row[1].list == service.list)
            lines = [f"{service.name} ({service.category}, {service.id}): {service.list}"]
            lines += map(_line, listed)
            own_rules = tuple(rule for rule in lists.rules if rule.service == service.id)
            lines += map(_rule_text, own_rules)
            show(as_json, _service(service, listed, own_rules), "\n".join(lines))


@dataclass(frozen=True, slots=True)
class ListedName:
    """A name of a list, as `Entry` has it."""

    name: str
    exact: bool
    answer: str | None
    signal: bool
    embedded: bool
    line: int


@dataclass(frozen=True, slots=True)
class ServiceTold:
    """A service of the catalogue, with its names or how many there are. One that is not `on` is not listed.

    `rules` are in the order in which they count.
    """

    service: str
    name: str
    category: str
    list: str
    names: int | tuple[ListedName, ...]
    on: bool
    rules: tuple[ServiceRuleTold, ...]


def _service(
    service: Service, names: int | tuple[ListedName, ...], rules: tuple[ServiceRuleTold, ...]
) -> ServiceTold:
    return ServiceTold(service.id, service.name, service.category, service.list, names, service.on, rules)


def _line(entry: ListedName) -> str:
    scope = "full:" if entry.exact else ""
    return f"  {scope}{entry.name}{' @embedded' if entry.embedded else ''}"


def _entry(row: Row) -> ListedName:
    entry, _ = row
    return ListedName(
        name=names.to_text(entry.name),
        exact=entry.exact,
        answer=entry.answer,
        signal=entry.signal,
        embedded=entry.embedded,
        line=entry.line,
    )
