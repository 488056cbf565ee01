"""What the shell offers for a word that is begun: names of the configuration and the state.

Silent where they cannot be read: whoever presses the key asked for no error.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from sm_dns.admin.readable_lists import readable_lists
from sm_dns.policy.groups import DEFAULT
from sm_dns.settings.load import load_settings
from sm_dns.settings.location import default_config
from sm_dns.settings.settings import Settings
from sm_dns.state import (
    access_requests,
    exemptions_store,
    service_rules_store,
    switches_store,
)
from sm_dns.state import negative_trust_anchors as anchors
from sm_dns.util.errors import BadInput

Names = Callable[[Settings], Iterable[tuple[str, str]]]
"""Names with what stands beside each where a shell shows that."""
Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(names: Names) -> Completion:
    def complete(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
        given = ctx.params.get("settings") or ctx.params.get("config")
        try:
            settings = load_settings(given if isinstance(given, Path) else default_config())
            found = list(names(settings))
        except (BadInput, OSError):
            return []
        wanted = begun.casefold()
        return [
            CompletionItem(name, help=about) for name, about in found if name.casefold().startswith(wanted)
        ]

    return complete


def _groups(settings: Settings) -> Iterable[tuple[str, str]]:
    about = {group.name: " ".join(group.clients) for group in settings.groups}
    return {DEFAULT: "private addresses in no other group", **about}.items()


def _categories(settings: Settings) -> Iterable[tuple[str, str]]:
    return ((one.name, one.action) for one in settings.all_categories)


def _services(settings: Settings) -> Iterable[tuple[str, str]]:
    return ((one.id, f"{one.name} ({one.category})") for one in readable_lists(settings).services)


def _ruled(settings: Settings) -> Iterable[tuple[str, str]]:
    rules = [one.rule for one in service_rules_store.load(settings.state_dir)]
    return {rule.service: rule.action for rule in rules}.items()


def _exemptions(settings: Settings) -> Iterable[tuple[str, str]]:
    for one in exemptions_store.load(settings.state_dir):
        who, what = one.group or one.network or one.who or "", one.service or one.category or ""
        yield one.id, f"{who}: {what}, {one.reason}"


def _categories_and_services(settings: Settings) -> Iterable[tuple[str, str]]:
    yield from _categories(settings)
    yield from _services(settings)


def _switches(settings: Settings) -> Iterable[tuple[str, str]]:
    for one in switches_store.load(settings.state_dir):
        yield one.id, f"{one.turn} {one.category or one.service or ''}".strip() + f", {one.reason}"


def _requests(settings: Settings) -> Iterable[tuple[str, str]]:
    waiting = access_requests.waiting(access_requests.load(settings.state_dir), time.time())
    return ((one.id, f"{one.site}, {one.client}") for one in waiting)


def _anchors(settings: Settings) -> Iterable[tuple[str, str]]:
    return ((one.name, one.reason) for one in anchors.load(settings.state_dir))


groups = _completing(_groups)
categories = _completing(_categories)
services = _completing(_services)
categories_and_services = _completing(_categories_and_services)
switches = _completing(_switches)
requests = _completing(_requests)
ruled_services = _completing(_ruled)
exemptions = _completing(_exemptions)
negative_trust_anchors = _completing(_anchors)
schedules = _completing(lambda settings: ((name, "") for name in settings.schedules))
calendars = _completing(lambda settings: ((name, one.country) for name, one in settings.calendars.items()))
lists = _completing(lambda settings: ((one.name, one.url) for one in settings.lists))
reports = _completing(lambda settings: ((one.name, one.kind) for one in settings.reports))
