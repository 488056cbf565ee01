"""A command that was typed on a node, as the primary carries it out: `python -m sm_dns.cli.carried WHO NODE …`."""

from __future__ import annotations

import sys

from sm_dns.cli.main import cli
from sm_dns.state import audit


def main() -> None:
    """Entry point."""
    _, person, node, *arguments = sys.argv
    audit.act_for(person, node)
    cli(arguments, prog_name="sm-dns")


if __name__ == "__main__":
    main()
