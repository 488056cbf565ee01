"""Counts of governed questions, as a worker hands them to the control process.

Apart from what counts: that is compiled, and a named tuple of a compiled module no longer tells its types.
"""

from __future__ import annotations

from typing import NamedTuple


class Label(NamedTuple):
    """What a count is about. Questions with equal labels are counted together.

    `outcome` is `permitted`, `denied`, `would_deny` (monitor mode, or not yet in force) or `exempt`; `exemption` its
    id or "". `visit`: the matched name is a visit name, and the question was for A, AAAA or HTTPS.
    """

    service: str
    category: str
    outcome: str
    visit: bool
    exemption: str


class Count(NamedTuple):
    """Questions of one client in one hour; `hour` is the POSIX second of the UTC hour, `client` who asks, as
    `policy.clients.asker` writes it."""

    hour: int
    client: str
    label: Label
    queries: int


class Batch(NamedTuple):
    """What one worker counted from `since` to `until` (POSIX seconds); `lost` questions found no room."""

    since: float
    until: float
    counts: tuple[Count, ...]
    lost: int
