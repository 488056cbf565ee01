"""A list that is kept in one JSON file, which is replaced whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sm_dns.state.intent import Replaced
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json


def replaced(path: Path, items: Sequence[Json], limit: int) -> Replaced:
    """The file as it holds these. Raises `BadInput` where it would be larger than the `limit`, in octets, up to which
    it is read: what is written once must not keep everything from being read."""
    data = json.dumps(items, indent=1).encode() + b"\n"
    if len(data) > limit:
        raise BadInput("is larger than {limit} bytes", file=path, limit=limit)
    return Replaced(path, data, mode=0o640)
