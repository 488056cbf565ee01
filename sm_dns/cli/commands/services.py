"""`sm-dns services`: the catalogue of services and their names."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from sm_dns.admin.policy_document import all_rows, services
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.dns import names
from sm_dns.lists.sources import Row, Service
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


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
            data = {**_described(service), "names": counts[service.list]}
            show(
                as_json,
                data,
                f"{service.category:<10} {service.id:<20} {service.name} ({counts[service.list]} names)",
            )


@command.command("show")
@click.argument("wanted", metavar="SERVICE...", nargs=-1, required=True)
@with_settings
@with_json
def show_(wanted: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Show the names of services, by id or by name."""
    known = services(settings)
    rows = all_rows(settings)
    for text in wanted:
        found = [one for one in known if text.lower() in (one.id, one.name.lower())]
        if not found:
            raise BadInput(f"there is no service {text!r}; `sm-dns services list` shows them")
        for service in found:
            listed = [_entry(row) for row in rows if row[1].list == service.list]
            lines = [f"{service.name} ({service.category}, {service.id}): {service.list}"]
            lines += map(_line, listed)
            show(as_json, {**_described(service), "names": listed}, "\n".join(lines))


def _described(service: Service) -> dict[str, Any]:
    return {"service": service.id, "name": service.name, "category": service.category, "list": service.list}


def _line(entry: dict[str, Any]) -> str:
    scope = "full:" if entry["exact"] else ""
    return f"  {scope}{entry['name']}{' @embedded' if entry['embedded'] else ''}"


def _entry(row: Row) -> dict[str, Any]:
    entry, _ = row
    return {
        "name": names.to_text(entry.name),
        "exact": entry.exact,
        "answer": entry.answer,
        "signal": entry.signal,
        "embedded": entry.embedded,
        "line": entry.line,
    }
