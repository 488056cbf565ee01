"""The parts of a configuration that resolving does without: each as it can be used now, or why it is left out.

A certificate that cannot be read, or a library that is missing, takes its own part away and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sm_dns.builder.plans.encryption import encryption
from sm_dns.builder.plans.feeds import feeds_plan
from sm_dns.builder.plans.fleet import fleet_plan
from sm_dns.builder.plans.web import web_plan
from sm_dns.builder.portal_settings import certificate_and_key
from sm_dns.generation.feeds import NO_FEEDS, FeedsPlan
from sm_dns.generation.fleet import FleetPlan
from sm_dns.generation.web import NO_WEB, WebPlan
from sm_dns.serve.clients.tls import server_context
from sm_dns.serve.worker_settings import Encryption
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

T = TypeVar("T")
_HTTP = "http/1.1"


@dataclass
class OptionalParts:
    """`tls` is the part of that name of a worker's settings. `left_out` maps what is left out to the reason."""

    tls: Encryption | None = None
    web: WebPlan = NO_WEB
    feeds: FeedsPlan = NO_FEEDS
    has_https: bool = False
    fleet: FleetPlan | None = None
    left_out: dict[str, Message] = field(default_factory=dict)


def optional_parts(settings: Settings) -> OptionalParts:
    """What of them can be used, by this user on this host."""
    parts = OptionalParts()
    parts.tls = _planned(parts, "tls", lambda: encryption(settings), None)
    parts.web = _planned(parts, "web", lambda: web_plan(settings), NO_WEB)
    parts.feeds = _planned(parts, "feeds", lambda: feeds_plan(settings), NO_FEEDS)
    parts.has_https = _planned(parts, "portal.https", lambda: _has_https(settings), False)
    parts.fleet = _planned(parts, "fleet", lambda: fleet_plan(settings), None)
    return parts


def _planned(parts: OptionalParts, name: str, plan: Callable[[], T], without: T) -> T:
    try:
        return plan()
    except BadInput as error:
        parts.left_out[name] = error.message
        return without


def _has_https(settings: Settings) -> bool:
    certificate, key = certificate_and_key(settings)
    if certificate is None or key is None:
        return False
    server_context(certificate, key, _HTTP)
    return True
