"""Who is said to validate, and the file that our own unbound reads."""

from __future__ import annotations

from sm_dns.builder.upstreams import routes, upstreams
from sm_dns.generation.validation import OwnUnbound, ValidationPlan
from sm_dns.settings.settings import Settings
from sm_dns.validation import unbound_config
from sm_dns.validation.unbound_config import UnboundSettings


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


def _own(settings: Settings) -> OwnUnbound | None:
    if not settings.asks_own_unbound:
        return None
    configuration = settings.state_dir / unbound_config.FOLDER / unbound_config.FILE
    return OwnUnbound(str(configuration), str(settings.validation.control))
