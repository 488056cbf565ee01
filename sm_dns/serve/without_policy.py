"""What a worker goes by that can load no policy: the shipped lists, and the name servers of this host (OPS-2).

Social media, streaming and ways around are denied at all hours, for it is not known which hours and whose calendar
hold; whatever else is asked is forwarded. Who is served and how fast is as in a site that has set nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from sm_dns.lists.index_writer import index_in_memory
from sm_dns.lists.shipped import shipped_zones
from sm_dns.lists.sources import Row, read_zones
from sm_dns.policy.categories import SHIPPED
from sm_dns.policy.denials.denial_text import NO_CITATION
from sm_dns.policy.snapshot import DEFAULTS, Snapshot, from_document
from sm_dns.resolve.context import ResolverSettings
from sm_dns.resolve.local_records import NO_LOCAL_DATA
from sm_dns.resolve.replies.rebinding import NO_PROTECTION
from sm_dns.serve.clients.limits import CONNECTIONS, USUAL, ClientLimits
from sm_dns.serve.upstreams.system_servers import Wishes
from sm_dns.serve.worker_settings import Generation
from sm_dns.util.errors import BadInput

log = logging.getLogger(__name__)


def without_policy(listeners: Iterable[tuple[str, int]]) -> Generation:
    """What there is to go by for a worker with these listening addresses and ports, so that none leads back to it."""
    wishes = Wishes((None,), {}, tuple(listeners))
    return Generation(
        resolver=ResolverSettings(
            snapshot=_snapshot(),
            udp_size=1232,
            rebinding=NO_PROTECTION,
            identity=b"",
            forwards_single_labels=False,
            structured=None,
            citation=NO_CITATION,
        ),
        local=NO_LOCAL_DATA,
        upstreams=(),
        routes={},
        strategy="fastest",
        cache_bytes=16 << 20,
        limits=ClientLimits(USUAL),
        connections=CONNECTIONS,
        forwarders=(),
        ttl_bounds=None,
        tls=None,
        monitored=True,
        wishes=wishes,
    )


def _snapshot() -> Snapshot:
    always = [replace(one, action="deny") if one.action == "schedule" else one for one in SHIPPED]
    categories = [{"name": one.name, "action": one.action, "answer": one.answer} for one in always]
    document = {**DEFAULTS, "categories": categories, "generation": 0, "version": "none"}
    return from_document(document, index_in_memory(_rows()))


def _rows() -> list[Row]:
    try:
        return read_zones(shipped_zones()).rows
    except BadInput as error:
        log.error("the shipped lists cannot be read either, nothing is denied: %s", error)
        return []
