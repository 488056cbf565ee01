"""What lists say to whoever may read them: all, or where the state directory is closed what ships and is written."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.admin.policy_document import all_rows, services, shipped, site_rows
from sm_dns.admin.service_changes import ServiceRuleTold, rules_told, rules_written
from sm_dns.lists.sources import Row, Service
from sm_dns.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class ReadableLists:
    """`closed`: why the lists by URL and what commands set could not be looked at; None where nothing is left out."""

    rows: list[Row]
    services: list[Service]
    rules: list[ServiceRuleTold]
    closed: PermissionError | None


def readable_lists(settings: Settings) -> ReadableLists:
    """Every listed name, every service and every rule that this user may read. Raises `BadInput`."""
    try:
        return ReadableLists(all_rows(settings), services(settings), rules_told(settings), None)
    except PermissionError as error:
        zones = shipped(settings)
        rows = [*zones.rows, *site_rows(settings)]
        return ReadableLists(rows, zones.services, rules_written(settings), error)
