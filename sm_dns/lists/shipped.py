"""Where the lists that ship are."""

from __future__ import annotations

from pathlib import Path

import sm_dns
from sm_dns.util.errors import BadInput


def shipped_zones() -> Path:
    """The lists that ship: in the installed package, or beside it in a checkout."""
    package = Path(sm_dns.__file__).parent
    for directory in (package / "zones", package.parent / "zones"):
        if directory.is_dir():
            return directory
    raise BadInput("the shipped lists are missing: install sm-dns again", file=package / "zones")
