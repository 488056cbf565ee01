"""Who is said to validate, and the file that our own unbound reads."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from itertools import chain
from pathlib import Path

from sm_dns.builder.upstreams import routes, upstreams
from sm_dns.generation.validation import OwnUnbound, ValidationPlan
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.settings.settings import Settings
from sm_dns.util.finding import Finding, finding
from sm_dns.validation import unbound_config
from sm_dns.validation.unbound_config import UnboundSettings
from sm_dns.validation.unit_needs import unit_needs


def validation_plan(settings: Settings) -> ValidationPlan | None:
    """What the control process goes by; None where nobody is said to validate. Those of routes are believed, and not
    asked for names of the outside, which they need not know. Raises `BadInput`."""
    general = tuple((*each,) for each in upstreams(settings) if each.validates)
    if not (general or any(each.validates for servers in routes(settings).values() for each in servers)):
        return None
    wanted = settings.validation
    return ValidationPlan(general, wanted.signed, wanted.unsigned, wanted.bogus, _own(settings))


def unbound_settings(settings: Settings) -> UnboundSettings:
    """What the configuration says of our own unbound."""
    wanted = settings.validation
    return UnboundSettings(wanted.port, wanted.forwarders, wanted.cache_megabytes)


def write_unbound(settings: Settings) -> None:
    """Put the file of our own unbound in place, where it is asked. Raises `OSError`."""
    if settings.asks_own_unbound:
        unbound_config.write(settings.state_dir, unbound_settings(settings))


def validation_findings(settings: Settings, root: Path = Path("/")) -> Iterator[Finding]:
    """What is odd about who validates: what our own unbound lacks on this host, whose files begin at `root`, and an
    upstream of which the word that it has checked something comes over a path that is open."""
    if settings.asks_own_unbound:
        yield from unit_needs(root)
    for server in dict.fromkeys((*settings.upstreams, *chain(*settings.routes.values()))):
        if isinstance(server, UpstreamAddress) and server.validates and _is_open(server):
            yield finding(
                "note",
                "upstream {server} is believed when it says that it has checked DNSSEC, and is asked in the clear: "
                "whoever is on the way to it can say so too",
                server=server,
            )


def _is_open(server: UpstreamAddress) -> bool:
    """Whether somebody may be on the way who can write in its name."""
    return server.scheme in ("udp", "tcp") and not ip_address(server.address).is_loopback


def _own(settings: Settings) -> OwnUnbound | None:
    if not settings.asks_own_unbound:
        return None
    configuration = settings.state_dir / unbound_config.FOLDER / unbound_config.FILE
    return OwnUnbound(str(configuration), str(settings.validation.control))
