"""Does who is said to validate DNSSEC do so? Asked for a signed, an unsigned and a bogus name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sm_dns.doctor.examined import Examined, advised, found, well
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from sm_dns.validation.three_names import ThreeNames, ask_three_names


def examine_validation(servers: Iterable[UpstreamAddress], wanted: ThreeNames, config: str) -> Examined:
    """Ask those of whom the configuration says that they validate."""
    validating = [each for each in servers if each.validates]
    if not validating:
        return well("validation", Message("no upstream is said to validate DNSSEC"))
    some = advised(_told(validating, wanted), config)
    if some:
        return found("validation", *some)
    said = Message("{servers} refuse what is forged", servers=", ".join(map(str, validating)))
    return well("validation", said)


def _told(servers: Iterable[UpstreamAddress], wanted: ThreeNames) -> Iterator[Finding]:
    for server in servers:
        yield from ask_three_names(server, wanted).findings()
