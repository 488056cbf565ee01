"""`sm-dns services`: the catalogue of services and their names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import click

from sm_dns.admin.policy_document import all_rows, services
from sm_dns.admin.service_names import services_called
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.dns import names
from sm_dns.lists.shipped import shipped_zones
from sm_dns.lists.sources import Row, Service, read_zones
from sm_dns.settings.settings import Settings


@click.group("services", cls=Group)
def command() -> None:
    """List the services that are known, and their names."""


@command.command("list")
@click.option("--category", help="Only this category.")
@with_settings
@with_json
def list_(category: str | None, settings: Settings, as_json: bool) -> None:
    """List every service with its category and number of names."""
    counts = Counter(tag.list for _, tag in all_rows(settings))
    for service in services(settings):
        if category in (None, service.category):
            show(
                as_json,
                ServiceTold(
                    service.id, service.name, service.category, service.list, counts[service.list], service.on
                ),
                f"{service.category:<10} {service.id:<20} {service.name} ({_told(counts[service.list], service)})",
            )


def _told(names: int, service: Service) -> str:
    return f"{names} names" if service.on else "off; optional_services switches it on"


@command.command("show")
@click.argument("wanted", metavar="SERVICE...", nargs=-1, required=True)
@with_settings
@with_json
def show_(wanted: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Show the names of services, by id or by name."""
    known = services(settings)
    rows = all_rows(settings)
    for text in wanted:
        for service in services_called(known, text):
            own = rows if service.on else read_zones(shipped_zones(), [service.id]).rows
            listed = tuple(_entry(row) for row in own if row[1].list == service.list)
            lines = [f"{service.name} ({service.category}, {service.id}): {service.list}"]
            lines += map(_line, listed)
            told = ServiceTold(service.id, service.name, service.category, service.list, listed, service.on)
            show(as_json, told, "\n".join(lines))


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
    """A service of the catalogue, with its names or how many there are. One that is not `on` is not listed."""

    service: str
    name: str
    category: str
    list: str
    names: int | tuple[ListedName, ...]
    on: bool


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
