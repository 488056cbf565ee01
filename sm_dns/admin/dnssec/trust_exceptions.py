"""Negative trust anchors (RFC 7646), as people set them: names whose DNSSEC our own unbound does not check."""

from __future__ import annotations

import math
import re
from dataclasses import asdict

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.dns import names
from sm_dns.settings.settings import Settings
from sm_dns.state import negative_trust_anchors
from sm_dns.state.audit import Trail
from sm_dns.state.negative_trust_anchors import MAX_SECONDS, NegativeTrustAnchor
from sm_dns.state.one_line import one_line
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput, about
from sm_dns.util.message import Message

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_DAY = 86_400


def add(
    settings: Settings, now: float, *, name: str, until: str, reason: str, trail: Trail
) -> NegativeTrustAnchor:
    """Have nothing checked at and below a name until then, as `walltime.end` reads it. Raises `BadInput`.

    One that is there for the name already is replaced.
    """
    with about("until"):
        expires = walltime.end(until, zone_of(settings, None), now)
        if expires <= now:
            raise BadInput("{until} has passed", until=until)
        if expires > now + MAX_SECONDS:
            raise BadInput("at most {days} days from now", days=MAX_SECONDS // _DAY)
    with about("reason"):
        one_line(reason)
    wanted = NegativeTrustAnchor(host_name(name), math.floor(now), expires, trail.who, reason.strip())
    with trail.turn() as turn:
        _check_is_ours(settings)
        file = negative_trust_anchors.with_one(settings.state_dir, wanted)
        turn.change("nta add", wanted.name, why=reason, detail=asdict(wanted), files=[file])
    return wanted


def remove(settings: Settings, *, name: str, why: str, trail: Trail) -> NegativeTrustAnchor:
    """Have it checked again from now on; what is taken away. Raises `BadInput` where there is none."""
    with trail.turn() as turn:
        file, taken = negative_trust_anchors.without(settings.state_dir, host_name(name))
        turn.change("nta remove", taken.name, why=why, detail=asdict(taken), files=[file])
    return taken


def host_name(text: str) -> str:
    """A name as unbound is told it. Raises `BadInput` for the root, which nothing would be checked below, and for
    what is no host name."""
    try:
        name = names.to_text(names.from_text(text)).removesuffix(".")
    except ValueError as error:
        raise BadInput("{text!r} is not a domain name: {reason}", text=text, reason=error) from error
    if not _HOST.fullmatch(name):
        raise BadInput("{text!r} is not a name of a domain below the root", text=text)
    return name


def _check_is_ours(settings: Settings) -> None:
    if not settings.asks_own_unbound:
        servers = ", ".join(map(str, settings.upstreams))
        raise BadInput(
            Message(
                "DNSSEC is checked by {servers}, if at all, and not by an unbound of ours: whoever runs that "
                "resolver must make the exception there (`domain-insecure` in unbound, `rndc nta` in BIND)",
                servers=servers,
            )
        )
