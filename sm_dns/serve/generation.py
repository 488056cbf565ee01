"""One published generation as a worker reads it: the policy snapshot and the worker's own settings beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sm_dns.errors import BadInput
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.upstream import Upstream

RESOLVER_FILE = "resolver.json"


@dataclass(frozen=True)
class Generation:
    """What a worker needs to answer by: policy, upstreams, octets of cache, UDP payload size in octets."""

    snapshot: Snapshot
    upstreams: tuple[Upstream, ...]
    cache_bytes: int
    udp_size: int


def load(directory: Path) -> Generation:
    """Read a generation's directory. Raises `BadInput` when a part is missing or not understood."""
    path = directory / RESOLVER_FILE
    try:
        settings = json.loads(path.read_bytes())
        upstreams = tuple(Upstream(address, port) for address, port in settings["upstreams"])
        cache_bytes, udp_size = int(settings["cache_bytes"]), int(settings["udp_size"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"not a worker's settings: {error}", file=path) from error
    return Generation(snapshot.load(directory), upstreams, cache_bytes, udp_size)
