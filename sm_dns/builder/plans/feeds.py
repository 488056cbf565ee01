"""The plan that a configuration makes for the feeds, checked before their process gets it."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.admin.policy_document import policy_document
from sm_dns.admin.surroundings import Surroundings
from sm_dns.feeds.wire.tsig import read_key
from sm_dns.feeds.zones.untold import untold
from sm_dns.generation.feeds import NO_FEEDS, FeedsPlan, SecondaryPlan
from sm_dns.generation.web import Addresses
from sm_dns.policy import snapshot
from sm_dns.serve.clients.tls import DOT, server_context
from sm_dns.settings.blocks.feeds import SecondarySettings
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding


def feeds_plan(settings: Settings) -> FeedsPlan:
    """Where the zones are handed out, and to whom. Raises `BadInput`: a key or certificate that cannot be used."""
    given = settings.feeds
    if not given.is_on:
        return NO_FEEDS
    own = given.certificate is not None and given.key is not None
    certificate, key = (given.certificate, given.key) if own else (settings.tls.certificate, settings.tls.key)
    if given.tls or given.https:
        if certificate is None or key is None:
            raise settings.bad("feeds: needs a certificate, its own or that of tls", "feeds")
        try:
            server_context(certificate, key, DOT)
        except BadInput as error:
            raise settings.bad("feeds.certificate: {reason}", "feeds", reason=error) from error
    return FeedsPlan(
        listen=_addresses(given.listen),
        tls=_addresses(given.tls),
        https=_addresses(given.https),
        certificate=None if certificate is None else str(certificate),
        key=None if key is None else str(key),
        suffix=given.suffix,
        secondaries=tuple(_secondary(settings, at, one) for at, one in enumerate(given.secondaries)),
    )


def feed_findings(settings: Settings, around: Surroundings, now: float) -> Iterator[Finding]:
    """What of the policy is not in the zones; nothing where none are handed out. Raises `BadInput`."""
    if settings.feeds.is_on:
        policy = snapshot.without_names(policy_document(settings, around, now).numbered(0))
        for reason in untold(policy):
            yield finding("warning", "not in the feeds: {reason}", reason=reason)


def _secondary(settings: Settings, at: int, one: SecondarySettings) -> SecondaryPlan:
    if one.key is not None:
        try:
            read_key(one.key)
        except BadInput as error:
            raise settings.bad(
                "feeds.secondaries: {reason}", "feeds", "secondaries", at, "key", reason=error
            ) from error
    key = None if one.key is None else str(one.key)
    return SecondaryPlan(one.address.address, one.address.port, key, one.engine, one.sources)


def _addresses(endpoints: tuple[Endpoint, ...]) -> Addresses:
    return tuple((one.address, one.port) for one in endpoints)
