"""`sm-dns open`: a category or a service is open for a while."""

from __future__ import annotations

from sm_dns.cli.commands.switches.open_or_close import switch_command
from sm_dns.policy.clients.switches import OPEN

command = switch_command(
    OPEN,
    "Open a category or a service for a while, to everybody or to some: `open social --until 18:00`.",
)
