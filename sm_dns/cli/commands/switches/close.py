"""`sm-dns close`: a category or a service is closed for a while."""

from __future__ import annotations

from sm_dns.cli.commands.switches.open_or_close import switch_command
from sm_dns.policy.clients.switches import CLOSE

command = switch_command(
    CLOSE,
    "Close a category or a service for a while, whatever the hours and exemptions say: `close whatsapp --for 2h`.",
)
